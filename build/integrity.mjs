import { createHash } from 'node:crypto';

/**
 * What a script tag's `integrity` says of a file.
 *
 * @param {string | Uint8Array} file
 */
export const integrityOf = (file) => `sha384-${createHash('sha384').update(file).digest('base64')}`;

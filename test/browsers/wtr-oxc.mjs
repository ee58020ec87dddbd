import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformWithOxc } from 'vite';

/**
 * Serves TypeScript to Web Test Runner through the transformer that `vite build` uses.
 *
 * @param {{ rootDir?: string }} options
 * @returns {import('@web/test-runner').TestRunnerPlugin}
 */
export const oxcPlugin = ({ rootDir = process.cwd() } = {}) => ({
  name: 'oxc',

  resolveMimeType: ({ path }) => (path.endsWith('.ts') ? 'js' : undefined),

  resolveImport({ source, context }) {
    // TypeScript is written as it will be emitted: `./x.js` stands for `./x.ts`.
    const typescript = source.replace(/\.js$/, '.ts');
    if (context.path.endsWith('.ts') && /^\.{1,2}\/.*\.js$/.test(source)) {
      if (existsSync(join(rootDir, dirname(context.path), typescript))) return typescript;
    }
    return undefined;
  },

  async transform({ path, body }) {
    if (!path.endsWith('.ts')) return undefined;
    const { code, map } = await transformWithOxc(String(body), join(rootDir, path), {
      target: 'es2022',
      sourcemap: true,
    });
    const inline = Buffer.from(JSON.stringify(map)).toString('base64');
    return { body: `${code}\n//# sourceMappingURL=data:application/json;base64,${inline}` };
  },
});

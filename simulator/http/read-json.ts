import { json } from './handler.js';

/** Far more than any body of these APIs needs. */
const MAX_BODY_BYTES = 16 * 1024;

/** A parsed body, or the refusal to send in its place. */
export type JsonBody =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly refusal: Response };

/** Reads a JSON body of at most 16 KiB: 413 for more, 400 for none or for something else. */
export async function readJson(request: Request): Promise<JsonBody> {
  const tooLarge = (): JsonBody => ({
    ok: false,
    refusal: json({ error: `The body is larger than ${MAX_BODY_BYTES.toString()} bytes` }, 413),
  });
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) return tooLarge();
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES) return tooLarge();
  if (bytes.byteLength === 0) return { ok: false, refusal: json({ error: 'A JSON body is required' }, 400) };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, refusal: json({ error: 'The body is not valid JSON' }, 400) };
  }
}

import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { z } from 'zod/mini';

/** Far more than any body of these APIs needs. */
const MAX_BODY_BYTES = 16 * 1024;

export interface JsonApiOptions {
  /** Prefix of every path, such as `/daraja`. */
  readonly basePath?: string;
  /** What a 404 says. */
  readonly notFound?: string;
  /** How a refusal is worded; `{"error": message}` unless said otherwise. */
  readonly refuse?: (c: Context, status: 400 | 404 | 405 | 413 | 415 | 500, message: string) => Response;
}

/**
 * An app that answers in JSON whatever comes: 404 for an unknown path, 405 with `Allow` for a wrong method, 500 for a fault of
 * its own. A route refuses a request by throwing an `HTTPException`, as `readJson` does.
 */
export function jsonApi({
  basePath = '',
  notFound = 'Not found',
  refuse = (c, status, error) => c.json({ error }, status),
}: JsonApiOptions = {}) {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- basePath() does answer a Hono.
  const app: Hono = basePath === '' ? new Hono() : new Hono().basePath(basePath);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const allow = methods.join(', ');
        const response = refuse(c, 405, `Method not allowed; use ${allow}`);
        response.headers.set('allow', allow);
        return response;
      },
    }),
  );
  app.notFound((c) => refuse(c, 404, notFound));
  app.onError((error, c) =>
    error instanceof HTTPException
      ? refuse(c, error.status as 400 | 413 | 415, error.message)
      : refuse(c, 500, 'Internal error'),
  );
  return app;
}

/**
 * Reads a JSON body of at most 16 KiB.
 *
 * Hono's `bodyLimit` is not used: it reads `Request.body`, which Firefox lacks.
 *
 * @throws HTTPException 413 for more, 400 for none or for something else
 */
export async function readJson(c: Context): Promise<unknown> {
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES)
    throw new HTTPException(413, { message: `The body is larger than ${MAX_BODY_BYTES} bytes` });
  if (bytes.byteLength === 0) throw new HTTPException(400, { message: 'A JSON body is required' });
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw new HTTPException(400, { message: 'The body is not valid JSON' });
  }
}

/**
 * Reads a JSON body of this shape.
 *
 * @param expected what to say of a body of another one
 * @throws HTTPException as `readJson` does, and 400 for another shape
 */
export async function readShape<Schema extends z.core.$ZodType>(
  c: Context,
  schema: Schema,
  expected: (path: readonly PropertyKey[]) => string,
): Promise<z.infer<Schema>> {
  const parsed = z.safeParse(schema, await readJson(c));
  if (!parsed.success) throw new HTTPException(400, { message: expected(parsed.error.issues[0]?.path ?? []) });
  return parsed.data;
}

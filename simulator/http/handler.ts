/** A web-standard request handler: everything in the simulation is one, so it runs in a page and on a server alike. */
export type Handler = (request: Request) => Promise<Response>;

/** What the simulation needs of `fetch`. */
export type FetchLike = (input: string, init?: RequestInit) => Promise<Response>;

/** The network itself. */
export const realFetch: FetchLike = (input, init) => globalThis.fetch(input, init);

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** 405 with the methods that would have been right. */
export function methodNotAllowed(...allowed: string[]): Response {
  const methods = allowed.join(', ');
  return json({ error: `Method not allowed; use ${methods}` }, 405, { allow: methods });
}

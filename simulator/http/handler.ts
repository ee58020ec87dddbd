/** A web-standard request handler: everything in the simulation is one, so it runs in a page and on a server alike. */
export type Handler = (request: Request) => Promise<Response>;

/** What the simulation needs of `fetch`. */
export type FetchLike = (input: string, init?: RequestInit) => Promise<Response>;

/** The network itself. */
export const realFetch = (input: string | Request, init?: RequestInit): Promise<Response> =>
  globalThis.fetch(input, init);

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

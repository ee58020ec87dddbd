import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { root } from './packed.js';

/** A page, with the policy it asks for, a script of the test's own, or an endpoint's answer. */
export type Served =
  | { readonly html: string; readonly policy?: string }
  | { readonly javascript: string }
  | { readonly answer: string; readonly status?: number; readonly location?: string };

const token = { access_token: 'dbeiaDd3YnAA6QdTt29ASkDTLuDq', expires_in: '3599' };
const push = {
  payment_id: 'ws_CO_DMZ_215482558_10122018133312795',
  daraja_response: {
    CheckoutRequestID: 'ws_CO_DMZ_215482558_10122018133312795',
    MerchantRequestID: '11209-2482748-1',
    ResponseCode: '0',
  },
};

/** Serves the built script-tag file, pages to run it in, and a payments backend that accepts everything. */
export async function servePages(pages: Readonly<Record<string, Served>>) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const page = pages[pathname];
    if (page && 'javascript' in page) {
      response.setHeader('content-type', 'text/javascript; charset=utf-8');
      response.end(page.javascript);
    } else if (page && 'answer' in page) {
      const { answer, status = 200, location } = page;
      response.writeHead(status, { 'content-type': 'application/json', ...(location && { location }) }).end(answer);
    } else if (page) {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      if (page.policy) response.setHeader('content-security-policy', page.policy);
      response.end(page.html);
    } else if (pathname.startsWith('/vitumob-pay')) {
      response.setHeader('content-type', 'text/javascript; charset=utf-8');
      response.end(readFileSync(join(root, 'dist/vitumob-pay.min.js')));
    } else if (pathname === '/token' || pathname === '/push') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(pathname === '/token' ? token : push));
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

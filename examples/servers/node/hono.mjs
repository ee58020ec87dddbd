// The payments of payments.mjs in Hono, on Node.
import { serve } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { payments } from './payments.mjs';

const { HOST = '127.0.0.1', PORT = '8080' } = process.env;
const app = new Hono();
app.get('/', (c) => c.text('The shop’s own pages'));
// The address is for the limits. Where nothing tells it, as on some edges, leave it out.
const pay = (c) => payments.fetch(c.req.raw, { address: getConnInfo(c).remote.address });
app.all('/payments/*', pay);
app.all('/c/*', pay);
serve({ fetch: app.fetch, hostname: HOST, port: Number(PORT) });

// The payments of payments.mjs in Express.
import express from 'express';
import { toNodeHandler } from 'vitumob-pay-server/node';
import { payments } from './payments.mjs';

const { HOST = '127.0.0.1', PORT = '8080' } = process.env;
const app = express();
app.use(express.json());
app.get('/', (_request, response) => response.send('The shop’s own pages'));
app.use(['/payments', '/c'], (request, response) => {
  // Express takes the mount's path off; the server's addresses begin with it.
  request.url = request.originalUrl;
  return toNodeHandler(payments)(request, response);
});
app.listen(Number(PORT), HOST);

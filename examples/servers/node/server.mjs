// The payments of payments.mjs in plain Node.
import { createServer } from 'node:http';
import { toNodeHandler } from 'vitumob-pay-server/node';
import { payments } from './payments.mjs';

const { HOST = '127.0.0.1', PORT = '8080', DARAJA_BASE_URL } = process.env;
const server = createServer(toNodeHandler(payments)).listen(Number(PORT), HOST, () => {
  console.log(`The payments: http://${HOST}:${server.address().port}`);
  if (/^http:.*\/daraja$/.test(DARAJA_BASE_URL)) {
    const phone = `${DARAJA_BASE_URL}/handset/0723123123/prompts/latest`;
    console.log(`Enter the PIN on the simulated phone: curl -d '{"action":"approve"}' ${phone}`);
  }
});

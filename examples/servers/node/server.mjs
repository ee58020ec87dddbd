// The payments of payments.mjs in plain Node.
import { createServer } from 'node:http';
import { toNodeHandler } from 'vitumob-pay-server/node';
import { payments } from './payments.mjs';

const { HOST = '127.0.0.1', PORT = '8080' } = process.env;
createServer(toNodeHandler(payments)).listen(Number(PORT), HOST);

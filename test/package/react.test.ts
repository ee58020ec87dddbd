import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import puppeteer from 'puppeteer-core';
import { type Rolldown, build } from 'vite';
import { chromium } from '../browsers/chromium.mjs';
import { type PackedProject, installPacked } from './support/packed.js';
import { servePages } from './support/page-server.js';

const shop = `
  import { createElement, useState } from 'react';
  import { createRoot } from 'react-dom/client';
  import { VitumobPay } from 'vitumob-pay/react';

  function Shop() {
    const [paymentId, setPaymentId] = useState('');
    return createElement('main', {},
      createElement(VitumobPay, {
        orderId: '1', amount: '10', phone: '0723123123', tokenUrl: '/token', pushUrl: '/push',
        onPushSuccess: (event) => setPaymentId(event.detail.paymentId),
      }),
      createElement('output', {}, paymentId));
  }
  createRoot(document.querySelector('#root')).render(createElement(Shop));`;

describe('The React component', () => {
  let project: PackedProject;

  before(async () => {
    project = await installPacked(['lit', 'zod', '@lit/react', 'react', 'react-dom']);
  });

  after(() => project.remove());

  for (const file of ['dist/react.js', 'dist/edge/react.js']) {
    it(`may be named by React’s server components: ${file} begins with its directive`, () => {
      const code = readFileSync(join(project.installed, file), 'utf8');
      assert.match(code, /^(?:\/\*\*[^]*?\*\/\s*)?['"]use client['"];/);
    });
  }

  it('pays, and hears of it through its onPushSuccess prop', async () => {
    writeFileSync(join(project.folder, 'shop.js'), shop);
    const [bundle] = (await build({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      define: { 'process.env.NODE_ENV': '"production"' },
      build: { write: false, lib: { entry: 'shop.js', formats: ['es'] } },
    })) as Rolldown.RolldownOutput[];
    const server = await servePages({
      '/': {
        html: '<!doctype html><title>Shop</title><div id="root"></div><script type="module" src="/shop.js"></script>',
      },
      '/shop.js': { javascript: bundle!.output[0].code },
    });
    const { executablePath, args, env } = await chromium();
    const browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
    try {
      const page = await browser.newPage();
      await page.goto(server.origin);
      await page.waitForFunction(() => document.querySelector('vitumob-pay')?.shadowRoot?.querySelector('button'));
      await page.evaluate(() => {
        document.querySelector('vitumob-pay')!.shadowRoot!.querySelector('button')!.click();
      });
      await page.waitForFunction(() => document.querySelector('output')?.textContent);
      const paymentId = await page.evaluate(() => document.querySelector('output')?.textContent);
      assert.equal(paymentId, 'ws_CO_DMZ_215482558_10122018133312795');
    } finally {
      await browser.close();
      server.close();
    }
  });
});

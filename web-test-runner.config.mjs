import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import puppeteer from 'puppeteer-core';
import { chromium, onPath } from './test/browsers/chromium.mjs';
import { oxcPlugin } from './test/browsers/wtr-oxc.mjs';
import { webkitGtkLauncher } from './test/browsers/wtr-webkit.mjs';

const engines = (process.env.ENGINES ?? 'chromium').split(',');

const launchers = {
  async chromium() {
    const { source, executablePath, args, env } = await chromium();
    console.log(`Chromium: ${source}`);
    return chromeLauncher({ launchOptions: { executablePath, args, env } });
  },
  firefox() {
    // Over WebDriver BiDi, which puppeteer speaks: no geckodriver to install.
    const executablePath = onPath(['firefox-esr', 'firefox']);
    return chromeLauncher({ puppeteer, concurrency: 1, launchOptions: { browser: 'firefox', executablePath } });
  },
  webkit: () => webkitGtkLauncher(),
};

const flatten = (suite) => (suite ? [...suite.tests, ...suite.suites.flatMap(flatten)] : []);

const closingLine = {
  onTestRunFinished({ sessions }) {
    const tests = [...sessions].flatMap((session) => flatten(session.testResults));
    const broken = [...sessions].filter((session) => !session.passed && !session.testResults).length;
    const skipped = tests.filter((test) => test.skipped).length;
    const passed = tests.filter((test) => test.passed && !test.skipped).length;
    const failed = tests.length - passed - skipped + broken;
    process.once('exit', () => console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`));
  },
};

export default {
  files: 'test/{model,client,checkout,messages,element,simulator}/**/*.test.ts',
  nodeResolve: { exportConditions: ['browser', 'production'] },
  plugins: [oxcPlugin()],
  browsers: await Promise.all(engines.map((engine) => launchers[engine]())),
  // Browsers side by side on two cores run into each other's timeouts.
  concurrentBrowsers: 1,
  // A page behind another draws no frames, so what waits for one would wait for ever.
  concurrency: 1,
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 180_000,
  testFramework: { config: { timeout: 15_000 } },
  reporters: [defaultReporter(), closingLine],
  // Only Chromium tells what it has run, and it has told once `npm test` is through; no file alone meets the threshold.
  coverage: engines.join() === 'chromium' && !process.argv.includes('--files'),
  coverageConfig: { include: ['src/**'], threshold: { lines: 90 }, reporters: ['text', 'lcov'] },
};

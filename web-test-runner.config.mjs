import { relative } from 'node:path';
import { defaultReporter } from '@web/test-runner';
import { chromeLauncher } from '@web/test-runner-chrome';
import puppeteer from 'puppeteer-core';
import { chromium, onPath } from './test/browsers/chromium.mjs';
import { oxcPlugin } from './test/browsers/wtr-oxc.mjs';
import { webkitGtkLauncher } from './test/browsers/wtr-webkit.mjs';

const engines = (process.env.ENGINES ?? 'chromium').split(',');

/** Each group of tests has browsers of its own, which open so many pages side by side where the engine can. */
const browsers = (concurrency) => Promise.all(engines.map((engine) => launchers[engine](concurrency)));

const launchers = {
  async chromium(concurrency) {
    const { source, executablePath, args, env } = await chromium();
    console.log(`Chromium: ${source}`);
    return chromeLauncher({ concurrency, launchOptions: { executablePath, args, env } });
  },
  firefox() {
    // Over WebDriver BiDi, which puppeteer speaks: no geckodriver to install.
    const executablePath = onPath(['firefox-esr', 'firefox']);
    return chromeLauncher({ puppeteer, concurrency: 1, launchOptions: { browser: 'firefox', executablePath } });
  },
  webkit: () => webkitGtkLauncher(),
};

const flatten = (suite, path = []) =>
  suite
    ? [
        ...suite.tests.map((test) => ({ ...test, title: [...path, test.name].join(' › ') })),
        ...suite.suites.flatMap((inner) => flatten(inner, [...path, inner.name])),
      ]
    : [];

/** Ends with what failed, by name, and the counts: a log of CI's shows no more than its end. */
const closingLines = {
  onTestRunFinished({ sessions }) {
    const results = [...sessions].map((session) => ({ session, tests: flatten(session.testResults) }));
    const tests = results.flatMap(({ tests }) => tests);
    const broken = results.filter(({ session }) => !session.passed && !session.testResults);
    const skipped = tests.filter((test) => test.skipped).length;
    const passed = tests.filter((test) => test.passed && !test.skipped).length;
    const failed = tests.length - passed - skipped + broken.length;

    const failures = results.flatMap(({ session, tests }) => {
      const where = `Failed: ${session.browser.name}, ${relative(import.meta.dirname, session.testFile)}`;
      return [
        ...tests
          .filter((test) => !test.passed && !test.skipped)
          .map((test) => `${where}: ${test.title}: ${test.error?.message ?? 'no message'}`),
        ...session.errors.map((error) => `${where}: ${error.message}`),
      ];
    });
    process.once('exit', () => {
      console.log(['', ...failures, `${passed} passed, ${failed} failed, ${skipped} skipped`].join('\n'));
    });
  },
};

// A page behind another draws no frames, so what waits for one would wait for ever: the element has a page at a time.
const ONE_AT_A_TIME = 1;
const SIDE_BY_SIDE = 4;

// `--files` names what to run in place of the groups.
const narrowed = process.argv.includes('--files');
const groups = [
  {
    name: 'pure',
    files: 'test/{model,client,checkout,messages,simulator}/**/*.test.ts',
    browsers: narrowed ? [] : await browsers(SIDE_BY_SIDE),
  },
  {
    name: 'element',
    files: 'test/element/**/*.test.ts',
    browsers: narrowed ? [] : await browsers(ONE_AT_A_TIME),
  },
];

export default {
  ...(narrowed ? { browsers: await browsers(ONE_AT_A_TIME) } : { groups }),
  nodeResolve: { exportConditions: ['browser', 'production'] },
  plugins: [oxcPlugin()],
  // Browsers side by side on two cores run into each other's timeouts.
  concurrentBrowsers: 1,
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  testsFinishTimeout: 180_000,
  testFramework: { config: { timeout: 15_000 } },
  reporters: [defaultReporter(), closingLines],
  // Only Chromium tells what it has run, and it has told once `npm test` is through; no file alone meets the threshold.
  coverage: engines.join() === 'chromium' && !narrowed,
  coverageConfig: { include: ['src/**'], threshold: { lines: 90 }, reporters: ['text', 'lcov'] },
};

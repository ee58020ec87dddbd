/** How mutants are made and run: see run.ts. */
export default {
  mutate: ['src/{model,client,checkout}/**/*.ts'],
  testRunner: 'mocha',
  // The quickest first: a mutant runs no test after the one that kills it.
  mochaOptions: { spec: ['model', 'checkout', 'client', 'mutation'].map((folder) => `test/${folder}/*.test.ts`) },
  // In Node, where all of these tests take two seconds and a mutant costs no browser.
  testRunnerNodeArgs: ['--import', 'tsx', '--import', './test/mutation/in-node.ts'],
  coverageAnalysis: 'perTest',
  // Tables of patterns and of codes are what counts most: no mutant of them is left out for taking all of the tests.
  warnings: { slow: false },
  concurrency: 2,
  // A busy machine is no endless loop.
  timeoutMS: 20_000,
  thresholds: { high: 95, low: 90, break: 90 },
  incremental: true,
  incrementalFile: '.cache/mutation/incremental.json',
  tempDirName: '.cache/mutation/sandbox',
  ignorePatterns: ['coverage', 'demo', 'dist', 'docs', 'examples', 'test/integration', 'test/package', 'test/visual'],
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  htmlReporter: { fileName: 'coverage/mutation/index.html' },
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
};

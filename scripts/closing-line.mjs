/** A reporter for `node --test` that adds the line with which the browser tests end too. */
export default async function* closingLine(events) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for await (const { type, data } of events) {
    if (data?.details?.type === 'suite') continue;
    if (type === 'test:fail') count.failed++;
    if (type === 'test:pass') count[data.skip === undefined ? 'passed' : 'skipped']++;
  }
  yield `\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`;
}

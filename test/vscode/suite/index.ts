// Runs inside the extension host: VS Code loads the bundle of this file and calls `run`.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';
import type { SuiteResult } from '../support/result';

/**
 * Runs the specs and writes a `SuiteResult` to the file that `BIOGPT_TEST_RESULT` names: an editor that dies
 * midway ends with exit code 0, so only the file counts.
 * @throws Error when a test failed, for the editor's own exit code.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000 });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  // In this order: the first spec looks at an extension that nothing has started yet.
  await import('./activation.spec');
  await import('./ghostText.spec');
  await import('./describeTerm.spec');
  await import('./hover.spec');
  await import('./settings.spec');
  await import('./models.spec');
  await import('./crash.spec');

  const result: SuiteResult = { tests: [] };
  const failures = await new Promise<number>((done) => {
    const runner = mocha.run(done);
    const { EVENT_TEST_PASS, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Mocha.Runner.constants;
    runner.on(EVENT_TEST_PASS, (test) => result.tests.push({ title: test.fullTitle(), state: 'passed' }));
    runner.on(EVENT_TEST_PENDING, (test) => result.tests.push({ title: test.fullTitle(), state: 'skipped' }));
    runner.on(EVENT_TEST_FAIL, (test, error: Error) =>
      result.tests.push({ title: test.fullTitle(), state: 'failed', error: error.stack ?? String(error) }),
    );
  });
  writeFileSync(process.env['BIOGPT_TEST_RESULT']!, JSON.stringify(result));
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}

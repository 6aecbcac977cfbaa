// A mocha reporter: the `spec` report on standard output; as JSON in the file TALLY_FILE the counts, what failed, what was tried again.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class Tally extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const [problems, retried] = [[], []];
    runner.on(Mocha.Runner.constants.EVENT_TEST_RETRY, (test, error) => retried.push(`${test.fullTitle()}\n${error?.stack ?? error}`));
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test, error) => problems.push(`${test.fullTitle()}\n${error?.stack ?? error}`));
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(process.env.TALLY_FILE, JSON.stringify({ passed: passes, failed: failures, skipped: pending, problems, retried }));
    });
  }
};

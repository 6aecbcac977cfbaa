// A mocha reporter: the `spec` report on standard output; the counts, and what failed, as JSON in the file TALLY_FILE.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class Tally extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const problems = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test, error) =>
      problems.push(`${test.fullTitle()}\n${error?.stack ?? error}`),
    );
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(
        process.env.TALLY_FILE,
        JSON.stringify({ passed: passes, failed: failures, skipped: pending, problems }),
      );
    });
  }
};

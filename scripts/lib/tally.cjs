// A mocha reporter: the `spec` report on standard output, and the counts as JSON in the file TALLY_FILE.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class Tally extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(process.env.TALLY_FILE, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
};

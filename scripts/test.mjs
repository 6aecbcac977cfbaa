// Installs and runs the whole suite. `npm test -- --only unit,e2e` runs parts of it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bin, build, fail, install, run, runBeside } from './lib/project.mjs';

const tallyFolder = mkdtempSync(join(tmpdir(), 'biogpt-tally-'));

/** Mocha's arguments for the TypeScript tests of a folder, and where the counts go. */
function mochaOf(folder, timeout) {
  const tally = join(tallyFolder, `${folder}.json`);
  const args = ['--no-config', '--require', 'tsx', '--timeout', String(timeout), '--reporter', 'scripts/lib/tally.cjs'];
  return {
    args: [bin('mocha/bin/mocha.js'), ...args, `test/${folder}/**/*.test.ts`],
    // Suites of one run share the package, which is made in the run's own folder.
    options: { env: { ...process.env, TALLY_FILE: tally, BIOGPT_TEST_RUN: tallyFolder } },
    counts: () =>
      existsSync(tally) ? JSON.parse(readFileSync(tally, 'utf8')) : { passed: 0, failed: 0, skipped: 0, problems: [] },
  };
}

/** Runs mocha on the TypeScript tests of a folder. */
async function mocha(folder, timeout) {
  const { args, options, counts } = mochaOf(folder, timeout);
  const code = await run('node', args, options);
  return { code, ...counts() };
}

/** As `mocha`, beside the other suites; resolves as they do, once its report can be shown. */
async function mochaBeside(folder, timeout) {
  const { args, options, counts } = mochaOf(folder, timeout);
  const output = join(tallyFolder, `${folder}.txt`);
  // Minutes of downloading and unpacking. What fails here fails again, and is told, in the tests that need it.
  if (process.env.CI === 'true') await runBeside('node', [bin('tsx/dist/cli.mjs'), `test/${folder}/setUp.ts`], output);
  const code = await runBeside('node', args, output, options);
  return { code, output, ...counts() };
}

/** A check that passes or fails as a whole. */
async function check(...command) {
  const code = await run('node', command);
  return { code, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, problems: [] };
}

const SUITES = {
  typecheck: () => check(bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'),
  lint: () => check(bin('eslint/bin/eslint.js'), '.'),
  format: () => check(bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'),
  workflows: () => check('scripts/lint/workflows.mjs'),
  language: () => check('scripts/checkLanguage.mjs'),
  cycles: () => {
    const options = ['--no-tree', '--no-warning', '--no-progress', '--exit-code', 'circular:1'];
    return check(bin('dpdm/lib/bin/dpdm.js'), ...options, 'src/**/*.ts', 'bench/**/*.ts');
  },
  unit: () => mocha('unit', 30_000),
  cost: () => mocha('cost', 60_000),
  faults: () => mocha('faults', 120_000),
  hostile: () => mocha('hostile', 200_000),
  offline: () => mocha('offline', 120_000),
  vscode: () => mocha('vscode', 180_000),
  e2e: () => mocha('e2e', 180_000),
  endurance: () => mocha('endurance', 180_000),
};

/** Half of all computing, and patient: these run beside the others from the beginning, and take what those leave. */
const SUITES_BESIDE = {
  conformance: () => mochaBeside('conformance', 1_200_000),
};

/** What a suite says, and the seconds it took. */
async function timed(suite) {
  const started = performance.now();
  const result = await suite();
  return { ...result, seconds: (performance.now() - started) / 1000 };
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const known = [...Object.keys(SUITES), ...Object.keys(SUITES_BESIDE)];
  const names = values.only?.split(',') ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown) throw new Error(`There is no suite "${unknown}". There are: ${known.join(', ')}.`);

  await install();
  await build();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const wrong = [];
  const reports = [];
  const times = [];
  function take(name, { code, seconds, problems, ...counts }) {
    times.push(`${name} ${seconds.toFixed(0)} s`);
    for (const key of Object.keys(total)) total[key] += counts[key];
    reports.push(...problems.map((problem) => `${name}: ${problem}`));
    // A runner that died reports nothing: the exit code and the absence of tests count as failures too.
    if (code !== 0 || counts.failed > 0) wrong.push(`${name} (exit code ${code}, ${counts.failed} failed)`);
    else if (counts.passed + counts.skipped === 0) wrong.push(`${name} (ran no test)`);
  }

  const beside = names.filter((name) => name in SUITES_BESIDE);
  const later = Promise.all(beside.map((name) => timed(SUITES_BESIDE[name])));
  for (const name of names.filter((name) => name in SUITES)) {
    console.log(`\n== ${name}`);
    take(name, await timed(SUITES[name]));
  }
  for (const [i, { output, ...result }] of (await later).entries()) {
    console.log(`\n== ${beside[i]}\n${readFileSync(output, 'utf8')}`);
    take(beside[i], result);
  }
  // Said again at the end, as it may be all that is kept of a long report.
  for (const report of reports) console.log(`\nFailed in ${report}`);
  console.log(`\nTimes: ${times.join(', ')}`);
  if (wrong.length > 0) console.log(`Failed: ${wrong.join(', ')}`);
  console.log(`${total.passed} passed, ${Math.max(total.failed, wrong.length)} failed, ${total.skipped} skipped`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

main()
  .catch(fail)
  .finally(() => rmSync(tallyFolder, { recursive: true, force: true }));

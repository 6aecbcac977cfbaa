// Installs and runs the whole suite. `npm test -- --only unit,e2e` runs parts of it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bin, build, fail, install, run } from './lib/project.mjs';

const tallyFolder = mkdtempSync(join(tmpdir(), 'biogpt-tally-'));

/** Runs mocha on the TypeScript tests of a folder, with more options of mocha's if need be. */
async function mocha(folder, timeout, ...options) {
  const file = join(tallyFolder, `${folder}.json`);
  const args = [
    '--no-config',
    '--require',
    'tsx',
    '--timeout',
    String(timeout),
    '--reporter',
    'scripts/lib/tally.cjs',
    ...options,
  ];
  const code = await run('node', [bin('mocha/bin/mocha.js'), ...args, `test/${folder}/**/*.test.ts`], {
    env: { ...process.env, TALLY_FILE: file },
  });
  return {
    code,
    ...(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: 0, problems: [] }),
  };
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
  unit: () => mocha('unit', 30_000, '--parallel', '--jobs', String(availableParallelism())),
  cost: () => mocha('cost', 60_000),
  faults: () => mocha('faults', 120_000),
  hostile: () => mocha('hostile', 200_000),
  conformance: () => mocha('conformance', 1_200_000),
  offline: () => mocha('offline', 120_000),
  vscode: () => mocha('vscode', 180_000),
  e2e: () => mocha('e2e', 180_000),
  endurance: () => mocha('endurance', 180_000),
};

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const names = values.only?.split(',') ?? Object.keys(SUITES);
  const unknown = names.find((name) => !(name in SUITES));
  if (unknown) throw new Error(`There is no suite "${unknown}". There are: ${Object.keys(SUITES).join(', ')}.`);

  await install();
  await build();
  // Minutes of downloading and unpacking, beside the checks; whoever needs it waits for it.
  if (process.env.CI === 'true' && names.includes('conformance'))
    void run('node', [bin('tsx/dist/cli.mjs'), 'test/conformance/setUp.ts']);
  const total = { passed: 0, failed: 0, skipped: 0 };
  const wrong = [];
  const reports = [];
  const times = [];
  for (const name of names) {
    console.log(`\n== ${name}`);
    const started = performance.now();
    const { code, problems, ...counts } = await SUITES[name]();
    times.push(`${name} ${((performance.now() - started) / 1000).toFixed(0)} s`);
    for (const key of Object.keys(total)) total[key] += counts[key];
    reports.push(...problems.map((problem) => `${name}: ${problem}`));
    // A runner that died reports nothing: the exit code and the absence of tests count as failures too.
    if (code !== 0 || counts.failed > 0) wrong.push(`${name} (exit code ${code}, ${counts.failed} failed)`);
    else if (counts.passed + counts.skipped === 0) wrong.push(`${name} (ran no test)`);
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

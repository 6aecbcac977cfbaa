import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Test } from 'mocha';
import { killExtensionHost, runInEditor } from './support/runInEditor';
import type { SuiteResult } from './support/result';

const root = join(__dirname, '..', '..');

describe('inside the extension host', function () {
  this.timeout(600_000);
  let folder: string;
  let result: SuiteResult;

  before(async function () {
    const suite = join(root, 'out', 'vscode-tests', 'index.cjs');
    await build({
      entryPoints: [join(__dirname, 'suite', 'index.ts')],
      outfile: suite,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      sourcemap: 'inline',
      external: ['vscode', 'mocha'],
    });
    folder = mkdtempSync(join(tmpdir(), 'biogpt-vscode-tests-'));
    const file = join(folder, 'result.json');
    const output = await runInEditor(this, { root, suite, folder, env: { BIOGPT_TEST_RESULT: file } });
    assert.ok(existsSync(file), `the editor ended without a result:\n${output}`);
    result = JSON.parse(readFileSync(file, 'utf8')) as SuiteResult;
    // Mocha runs the tests a hook adds: each test inside is told of outside.
    for (const { title, state, error } of result.tests) {
      const test = new Test(title, () => {
        if (state === 'failed') throw Object.assign(new Error(title), { stack: error });
      });
      test.pending = state === 'skipped';
      this.test!.parent!.addTest(test);
    }
  });

  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('ran tests', () => {
    assert.ok(result.tests.some(({ state }) => state === 'passed'));
  });

  it('leaves no decoder behind when the extension host is killed', async function () {
    await killExtensionHost(this, { root, folder });
  });
});

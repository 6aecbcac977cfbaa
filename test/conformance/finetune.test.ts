import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as v from 'valibot';
import { bundleOptions } from '../../scripts/lib/bundles.mjs';
import { readJsonLines } from '../../src/cli/jsonLines';
import { TASKS } from '../../src/mining/tasks';
import { optional, required, type Located } from './support/missing';
import { conformancePython, runPython } from './support/python';
import { repositoryRoot, sharedData } from './support/shared';

const DOCUMENTS = 20;
/** Everything is to be learned by heart, so the rate is high and nothing is dropped. */
const BY_HEART = '--lr 2e-3 --warmup 20 --epochs 110 --averaged 1 --accumulate 1 --dropout 0 --precision fp32'.split(
  ' ',
);

/** It takes three minutes of two cores. */
const OPTED_IN: Located =
  process.env['BIOGPT_FINETUNE'] === '1' ? { path: '' } : { missing: 'it takes minutes; set BIOGPT_FINETUNE=1' };

const Document = v.looseObject({ id: v.string(), source: v.string(), target: v.string() });
const Mined = v.looseObject({
  id: v.string(),
  relations: v.array(v.looseObject({ first: v.object({ name: v.string() }), second: v.object({ name: v.string() }) })),
});

const vocabulary: Located = existsSync(join(repositoryRoot, 'models/starter/vocab.json'))
  ? { path: join(repositoryRoot, 'models/starter') }
  : { missing: 'no vocabulary in models/starter' };

async function lines<S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S>[]> {
  const all: v.InferOutput<S>[] = [];
  for await (const line of readJsonLines(path, schema, 'the data')) all.push(line);
  return all;
}

describe('fine-tuning', function () {
  this.timeout(3_600_000);
  let folder: string;
  let dist: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'biogpt-finetune-'));
    // Bundles find native packages in the folders above them alone.
    dist = mkdtempSync(join(repositoryRoot, 'node_modules', '.finetune-test-'));
  });
  after(() => {
    for (const each of [folder, dist]) rmSync(each, { recursive: true, force: true });
  });

  it('a small model learns twenty documents by heart, and the installed folder gives their exact relations', async function () {
    optional(this, OPTED_IN);
    const data = optional(this, sharedData('mining/data/bc5cdr.train.jsonl.xz'));
    const python = required(this, await conformancePython());
    const base = join(folder, 'base');
    await runPython(python, 'finetune_base.py', ['--vocabulary', required(this, vocabulary), '--out', base]);
    const length = ({ source, target }: v.InferOutput<typeof Document>): number => source.length + 4 * target.length;
    const documents = (await lines(data, Document)).sort((a, b) => length(a) - length(b)).slice(0, DOCUMENTS);
    const texts = join(folder, 'texts.jsonl');
    writeFileSync(texts, documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
    const tuned = join(folder, 'tuned');
    const paths = ['--base', base, '--data', texts, '--out', tuned];
    await runPython(python, '../../training/finetune/finetune.py', ['bc5cdr', ...paths, ...BY_HEART]);

    await build({ ...bundleOptions(), absWorkingDir: repositoryRoot, outdir: dist, sourcemap: false });
    const biogpt = (...args: string[]): string => {
      const run = spawnSync(process.execPath, [join(dist, 'cli.cjs'), ...args], { encoding: 'utf8' });
      assert.equal(run.status, 0, run.stderr);
      return run.stdout;
    };
    const installed = JSON.parse(
      biogpt('models', 'install', tuned, '--precision', 'fp32', '--folder', join(folder, 'models'), '--json'),
    ) as { dir: string };
    const found = join(folder, 'found.jsonl');
    const how = ['--format', 'jsonl', '--ungrounded', '--no-identifiers', '--out', found];
    biogpt('relations', texts, '--model', installed.dir, ...how);

    const mined = (await lines(found, Mined)).map(({ id, relations }) => ({
      id,
      relations: relations.map(({ first, second }) => ({ chemical: first.name, disease: second.name })),
    }));
    const expected = documents.map(({ id, target }) => ({ id, relations: TASKS.bc5cdr.parse(target) }));
    assert.deepEqual(mined, expected);
    assert.match(readFileSync(join(tuned, 'training.json'), 'utf8'), /"losses"/);
  });
});

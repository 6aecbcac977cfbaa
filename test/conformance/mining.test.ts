import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from '../../scripts/lib/bundles.mjs';
import { readJsonLines } from '../../src/cli/jsonLines';
import { taskInput } from '../../src/decoder/mine/taskInput';
import type { MinedText } from '../../src/mining/task';
import { TASKS, type TaskId } from '../../src/mining/tasks';
import { PAPER_SHAPES } from '../../src/modelFolder/modelTask';
import { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import * as v from 'valibot';
import { optional } from './support/missing';
import { repositoryRoot, sharedData } from './support/shared';

/** The tasks as the golden files name them. */
const NAMES: Record<TaskId, string> = {
  bc5cdr: 'BC5CDR',
  ddi: 'DDI',
  'kd-dti': 'KD-DTI',
  hoc: 'HoC',
  pubmedqa: 'PubMedQA',
};

interface Golden {
  level: string;
  id: string;
  output: string;
  parsed: unknown;
}

interface DataSetDocument {
  id: string;
  split: string;
  title: string;
  text: string;
  source: string;
  contexts?: string[];
  longAnswer?: string;
  sourceWithAnswer?: string;
}

interface Input {
  task: string;
  split: string;
  id: string;
  input: number[];
  sourceCut: boolean;
}

async function lines<T>(path: string): Promise<T[]> {
  const all: T[] = [];
  for await (const line of readJsonLines(path, v.looseObject({}), 'the data')) all.push(line as T);
  return all;
}

function minedText({ title, text, contexts }: DataSetDocument): MinedText {
  return { title, text: contexts?.map((context) => context.trim()).join(' ') ?? text };
}

describe('text mining against the original programs', function () {
  this.timeout(300_000);
  let folder: string;
  let data: string;
  let golden: string;

  before(async function () {
    data = optional(this, sharedData('mining/data'));
    golden = optional(this, sharedData('mining/golden'));
    folder = mkdtempSync(join(tmpdir(), 'biogpt-mining-'));
    await build({
      ...bundleOptions(),
      entryPoints: { cli: join(repositoryRoot, 'src/cli/main.ts') },
      outdir: folder,
      sourcemap: false,
    });
  });

  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  for (const task of Object.keys(TASKS) as TaskId[]) {
    it(`${NAMES[task]}: every answer is read, and every level scored, as they did`, async () => {
      const levels = new Map<string, Golden[]>();
      for (const answer of await lines<Golden>(join(golden, `${task}.jsonl.xz`))) {
        levels.set(answer.level, [...(levels.get(answer.level) ?? []), answer]);
      }
      const expected = (
        JSON.parse(readFileSync(join(golden, 'expected.json'), 'utf8')) as Record<
          string,
          Record<string, Record<string, unknown>>
        >
      )[NAMES[task]]!;
      assert.deepEqual([...levels.keys()].sort(), Object.keys(expected).sort());
      for (const [level, answers] of levels) {
        const predictions = join(folder, 'predictions.jsonl');
        writeFileSync(predictions, answers.map(({ id, output }) => `${JSON.stringify({ id, output })}\n`).join(''));
        const args = ['evaluate-task', task, '--predictions', predictions, '--parsed', '--json'];
        args.push('--gold', join(data, `${task}.test.jsonl.xz`));
        if (task === 'bc5cdr') args.push('--names', join(data, 'bc5cdr.entities.json.xz'));
        const { stdout, stderr, status } = spawnSync(process.execPath, [join(folder, 'cli.cjs'), ...args], {
          encoding: 'utf8',
          maxBuffer: 1 << 28,
        });
        assert.deepEqual([status, stderr], [0, ''], level);
        const printed = stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>);
        const figures = printed.pop()!;
        for (const [name, value] of Object.entries(figures)) {
          if (name in expected[level]!) assert.equal(value, expected[level]![name], `${level}, ${name}`);
        }
        assert.ok(('accuracy' in figures ? 'accuracy' : 'f1') in expected[level]!);
        const wrong = answers.filter(
          ({ parsed }, i) => JSON.stringify(parsed) !== JSON.stringify(printed[i]!['parsed']),
        );
        assert.deepEqual(wrong, [], level);
      }
    });

    it(`${NAMES[task]}: the model reads what it was trained to read, to the token`, async function () {
      const vocabulary = optional(this, sharedData('biogpt-vocabulary'));
      const read = (name: string): string => readFileSync(join(vocabulary, name), 'utf8');
      const tokenizer = BioGptTokenizer.fromFiles(read('vocab.json'), read('merges.txt'), {
        normalizePunctuation: false,
      });
      const { promptRows, maxSourceTokens } = PAPER_SHAPES[task];
      const shape = { prompt: Array.from({ length: promptRows }, (_, row) => 42_384 + row), maxSourceTokens };
      const inputs = (await lines<Input>(join(golden, 'inputs.jsonl.xz'))).filter((it) => it.task === NAMES[task]);
      assert.ok(inputs.length > 0);
      for (const split of new Set(inputs.map((input) => input.split))) {
        const documents = await lines<DataSetDocument>(join(data, `${task}.${split}.jsonl.xz`));
        for (const document of documents) {
          assert.equal(TASKS[task].source(minedText(document)), document.source.trim());
          if (document.longAnswer !== undefined) {
            const withConclusion = { ...minedText(document), conclusion: document.longAnswer };
            assert.equal(TASKS[task].source(withConclusion), document.sourceWithAnswer!.trim());
          }
        }
        const byId = new Map(documents.map((document) => [document.id, document]));
        for (const { id, input, sourceCut } of inputs.filter((it) => it.split === split)) {
          const source = TASKS[task].source(minedText(byId.get(id)!));
          const made = taskInput(source, shape, (text) => tokenizer.encode(text));
          assert.deepEqual(made, { ids: input, cut: sourceCut }, id);
        }
      }
    });
  }
});

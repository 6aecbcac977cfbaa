import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askBy } from '../../../src/cli/commands/ask';
import { classifyBy } from '../../../src/cli/commands/classify';
import { evaluateTask } from '../../../src/cli/commands/evaluateTask';
import { relationsBy } from '../../../src/cli/commands/relations';
import type { TaskId } from '../../../src/mining/tasks';
import { Answering, Choosing } from './miners';

/** A model that answers each document, by the beginning of what it reads, in the given words. */
const writes = (id: string, words: Readonly<Record<string, string>>): Answering =>
  new Answering(id, (source) => words[source.split(' ')[0]!]!);

const ANSWERS = {
  bc5cdr: {
    aspirin: 'the relation between aspirin and pain exists; the relation between ghost and pain exists.',
    lithium: 'nothing that reads as a relation',
    zinc: 'the relation between zinc and rash exists; the relation between zinc and rash exists.',
  },
  ddi: {
    aspirin:
      'the interaction between aspirin and warfarin is effect; the interaction between ghost and warfarin is int.',
    lithium: 'the interaction between failed and lithium is int.',
    zinc: 'the interaction between zinc (zn) and iron is advise.',
  },
} as const;

const GOLD = {
  bc5cdr: [
    [{ chemical: 'D1', disease: 'D2' }],
    [{ chemical: 'D3', disease: 'D2' }],
    [{ chemical: 'D5', disease: 'D6' }],
  ],
  ddi: [
    [{ drug: 'Aspirin', target: 'Warfarin', relation: 'effect' }],
    [],
    [{ drug: 'zinc', target: 'iron', relation: 'advise' }],
  ],
};

const DOCUMENTS = ['aspirin pain warfarin', 'lithium tremor', 'zinc rash iron'];

describe('evaluate-task, with what the other commands write', () => {
  let dir: string;
  let printed: string;
  let errors: string;
  const stdout = process.stdout.write.bind(process.stdout);
  const stderr = process.stderr.write.bind(process.stderr);

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'biogpt-evaluate-'));
    errors = '';
    process.stderr.write = ((text: string) => {
      errors += text;
      return true;
    }) as typeof process.stderr.write;
  });
  afterEach(() => {
    process.stderr.write = stderr;
    rmSync(dir, { recursive: true, force: true });
  });

  const file = (name: string, lines: readonly object[]): string => {
    const path = join(dir, name);
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return path;
  };
  const scored = async (task: TaskId, predictions: string, gold: string, names?: string): Promise<string> => {
    printed = '';
    process.stdout.write = ((text: string) => {
      printed += text;
      return true;
    }) as typeof process.stdout.write;
    try {
      await evaluateTask(task, { predictions, gold, ...(names && { names }), parsed: true, json: true });
    } finally {
      process.stdout.write = stdout;
    }
    return printed;
  };
  const figures = (lines: string): Record<string, number> =>
    JSON.parse(lines.trimEnd().split('\n').at(-1)!) as Record<string, number>;
  const table = (): string => {
    const path = join(dir, 'names.json');
    const names = { chemical2id: { aspirin: 'D1', zinc: 'D5' }, disease2id: { pain: 'D2', rash: 'D6' } };
    writeFileSync(path, JSON.stringify(names));
    return path;
  };

  for (const task of ['bc5cdr', 'ddi'] as const) {
    it(`${task}: the lines of relations score as the model's own words do`, async () => {
      const gold = file(
        'gold.jsonl',
        DOCUMENTS.map((text, i) => ({ id: String(i), title: '', text, gold: GOLD[task][i] })),
      );
      const words = file(
        'words.jsonl',
        DOCUMENTS.map((text, i) => ({
          id: String(i),
          output: ANSWERS[task][text.split(' ')[0] as keyof (typeof ANSWERS)['ddi']],
        })),
      );
      const out = join(dir, 'found.jsonl');
      const options = { json: true, resume: false, ungrounded: true, identifiers: false, glossary: '', out };
      // The data set is the input as it stands.
      await relationsBy(writes(task, ANSWERS[task]), [gold], options);
      const names = task === 'bc5cdr' ? table() : undefined;
      const [ours, theirs] = [await scored(task, out, gold, names), await scored(task, words, gold, names)];
      assert.deepEqual(figures(ours), figures(theirs));
      if (task === 'bc5cdr') {
        const { tp, fp, fn } = figures(ours);
        assert.deepEqual([tp, fp, fn], [2, 1, 1]);
      } else {
        assert.ok(Math.abs(figures(ours)['f1']! - (2 / 3 + 1 + 1) / 3) < 1e-12);
      }
      assert.doesNotMatch(errors, /document/, 'each has a prediction');
    });
  }

  it('pubmedqa: the lines of ask', async () => {
    const documents = [
      { id: 'a', title: 'Is it?', contexts: ['maybe so'], gold: ['maybe'] },
      { id: 'b', title: 'Is it?', contexts: ['not yes'], gold: ['no'] },
    ];
    const gold = file('gold.jsonl', documents);
    const out = join(dir, 'answers.jsonl');
    await askBy(new Choosing('pubmedqa'), [gold], { json: true, resume: false, out });
    const lines = await scored('pubmedqa', out, gold);
    assert.equal(lines, '{"id":"a","parsed":"maybe"}\n{"id":"b","parsed":"yes"}\n{"accuracy":0.5}\n');
  });

  it('hoc: the lines of classify, of several sentences together', async () => {
    const text = 'This is empty. This shows inducing angiogenesis. And resisting cell death.';
    const gold = file('gold.jsonl', [
      { id: '0', text, gold: ['inducing angiogenesis', 'resisting cell death'] },
      { id: '1', text: 'This is empty.', gold: ['empty'] },
    ]);
    const out = join(dir, 'classes.jsonl');
    await classifyBy(new Choosing('hoc'), [gold], { json: true, resume: false, out });
    const lines = await scored('hoc', out, gold);
    assert.match(lines, /^\{"id":"0","parsed":"inducing angiogenesis\|resisting cell death"\}\n/);
    assert.equal(figures(lines)['f1'], 1);
  });

  it('says what a line is not, and that a document comes twice', async () => {
    const gold = file('gold.jsonl', [{ id: 'a', gold: ['yes'] }]);
    const answers = file('answers.jsonl', [{ id: 'a', answer: 'yes' }]);
    assert.equal(figures(await scored('pubmedqa', answers, gold))['accuracy'], 1);
    await assert.rejects(
      scored('ddi', answers, gold),
      /answers\.jsonl, line 1: this is neither \{"id", "output"\} nor a line of "biogpt relations --format jsonl"\.$/,
    );
    const twice = file('twice.jsonl', [
      { id: 'a', answer: 'yes' },
      { id: 'a', output: 'the answer to the question given the context is no.' },
    ]);
    await assert.rejects(scored('pubmedqa', twice, gold), /two predictions for the document "a"/);
  });
});

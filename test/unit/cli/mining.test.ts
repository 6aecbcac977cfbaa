import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askBy } from '../../../src/cli/commands/ask';
import { classifyBy } from '../../../src/cli/commands/classify';
import { relationsBy, type RelationsOptions } from '../../../src/cli/commands/relations';
import { openMiner, type OpenMiner } from '../../../src/cli/mining/mineAll';
import { taskReader, type ChoiceTask, type RelationTask, type TaskReader } from '../../../src/mining/taskReader';
import type { MineResult } from '../../../src/protocol/decoder';

const RESULT: MineResult = {
  text: '',
  tokens: [],
  cut: false,
  finishReason: 'endOfText',
  timings: { reusedTokens: 0, prefillTokens: 1, prefillMs: 1, decodedTokens: 1, decodeMs: 1 },
};

/** A model that relates the first two words of every source, and invents one relation. */
class Related implements OpenMiner<RelationTask> {
  readonly task = taskReader({ id: 'bc5cdr', lowerCase: true }) as RelationTask;
  readonly sources: string[] = [];
  /** Stops the job before this source. */
  stopAt = Infinity;

  async mine({ source }: { source: string }): Promise<MineResult> {
    if (source.includes('broken')) throw new Error('The text cannot be read.');
    if (this.sources.length >= this.stopAt) throw Object.assign(new Error('no space'), { syscall: 'write' });
    this.sources.push(source);
    const [a, b] = source.split(' ');
    const text = `the relation between ${a} and ${b} exists; the relation between ghost and ${b} exists.`;
    return { ...RESULT, text, tokens: [{ id: 5, end: text.indexOf(';'), logProbability: Math.log(0.5) }] };
  }
}

/** A model that chooses what the source says, else the first. */
class Chooser implements OpenMiner<ChoiceTask> {
  readonly sources: string[] = [];
  readonly task: ChoiceTask;

  constructor(id: string) {
    this.task = taskReader({ id, lowerCase: false }) as ChoiceTask;
  }

  async mine({ source, choices }: { source: string; choices?: readonly string[] }): Promise<MineResult> {
    this.sources.push(source);
    const scores = this.task.choices.map(({ answer }) => (source.includes(answer) ? -1 : -3));
    assert.equal(choices!.length, scores.length);
    return { ...RESULT, choices: scores };
  }
}

describe('mining on the command line', () => {
  let dir: string;
  let out: string;
  let errors: string;
  const stderr = process.stderr.write.bind(process.stderr);

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'biogpt-mining-'));
    out = join(dir, 'out');
    errors = '';
    process.stderr.write = ((text: string) => {
      errors += text;
      return true;
    }) as typeof process.stderr.write;
  });
  afterEach(() => {
    process.stderr.write = stderr;
    process.exitCode = undefined;
    rmSync(dir, { recursive: true, force: true });
  });

  const options = (more: Partial<RelationsOptions> = {}): RelationsOptions => ({
    model: 'x',
    json: false,
    resume: false,
    ungrounded: false,
    out,
    ...more,
  });
  const jsonl = (name: string, texts: readonly string[]): string => {
    const path = join(dir, name);
    writeFileSync(path, texts.map((text, i) => `${JSON.stringify({ id: `${name}${i}`, text })}\n`).join(''));
    return path;
  };
  const rows = (): string[][] =>
    readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((row) => row.split('\t'));

  it('writes the relations that the texts hold, of files of every form', async () => {
    const folder = join(dir, 'in');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    writeFileSync(join(folder, 'a.txt'), 'aspirin pain');
    writeFileSync(join(folder, 'b.txt'), '7|t|lithium tremor\n7|a|x\n');
    writeFileSync(join(folder, 'c.json'), '{"documents":[{"id":"8","passages":[{"offset":0,"text":"zinc rash"}]}]}');
    writeFileSync(
      join(folder, 'd.xml'),
      '<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>9</PMID><Article><ArticleTitle>gold itch</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>',
    );
    writeFileSync(join(folder, 'deep', 'e.nbib'), 'PMID- 10\nTI  - iron colic\n');
    writeFileSync(join(folder, 'f.png'), 'no document');
    await relationsBy(new Related(), [folder], options());
    assert.deepEqual(
      rows().map(([id, first, , , , relation, second]) => [id, first, relation, second]),
      [
        ['a', 'aspirin', 'CID', 'pain'],
        ['7', 'lithium', 'CID', 'tremor.'],
        ['8', 'zinc', 'CID', 'rash'],
        ['9', 'gold', 'CID', 'itch.'],
        ['10', 'iron', 'CID', 'colic.'],
      ],
    );
    assert.equal(errors.includes('failed'), false);
  });

  it('leaves out what is ungrounded or unlikely, unless told', async () => {
    const file = jsonl('x', ['aspirin pain']);
    const found = async (more: Partial<RelationsOptions>): Promise<(string | undefined)[]> => {
      rmSync(out, { force: true });
      await relationsBy(new Related(), [file], options(more));
      return readFileSync(out, 'utf8')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((row) => row.split('\t')[1]);
    };
    assert.deepEqual(await found({}), ['aspirin']);
    assert.deepEqual(await found({ ungrounded: true }), ['aspirin', 'ghost']);
    assert.deepEqual(await found({ minProbability: 0.6 }), []);
    assert.deepEqual(await found({ minProbability: 0.4 }), ['aspirin']);
  });

  it('tells of each document that fails with its line, and does the rest', async () => {
    const file = join(dir, 'x.jsonl');
    writeFileSync(
      file,
      '{"id":"1","text":"aspirin pain"}\n{"id":"2"\n{"id":"3","text":"broken text"}\n{"id":"4","text":"zinc rash"}\n',
    );
    await relationsBy(new Related(), [file], options());
    assert.deepEqual(
      rows().map(([id]) => id),
      ['1', '4'],
    );
    assert.match(errors, /x\.jsonl, line 2: This is not JSON/);
    assert.match(errors, /x\.jsonl, line 3: The text cannot be read\./);
    assert.match(errors, /2 of 4 documents failed\./);
    assert.equal(process.exitCode, 1);
  });

  for (const format of ['tsv', 'jsonl', 'pubtator', 'bioc-json', 'doccano', 'pubannotation']) {
    it(`${format}: a run that has stopped goes on, and writes what one run would have written`, async () => {
      const file = jsonl('x', ['a one', 'b two', 'broken', 'c three', 'd four', 'e five']);
      await relationsBy(new Related(), [file], options({ format }));
      const whole = readFileSync(out, 'utf8');
      rmSync(out);
      const first = new Related();
      first.stopAt = 3;
      await assert.rejects(relationsBy(first, [file], options({ format })), /no space/);
      // It was killed while it wrote: half a document, half a line of the record.
      writeFileSync(out, 'half a docu', { flag: 'a' });
      writeFileSync(`${out}.progress`, '{"done": 9, "fai', { flag: 'a' });
      await assert.rejects(relationsBy(new Related(), [file], options({ format })), /Add --resume to continue it/);
      await assert.rejects(
        relationsBy(new Related(), [file], options({ format, resume: true, ungrounded: true })),
        /other settings/,
      );
      const second = new Related();
      await relationsBy(second, [file], options({ format, resume: true }));
      assert.equal(readFileSync(out, 'utf8'), whole);
      assert.deepEqual(second.sources, ['d four', 'e five']);
      assert.ok(!existsSync(`${out}.progress`));
      await assert.rejects(relationsBy(second, [file], options({ format, resume: true })), /finished/);
    });
  }

  it('brat: files for each document, under names of their own, and goes on too', async () => {
    const file = join(dir, 'x.jsonl');
    const ids = ['a/b', 'a b', '../x', 'A_B', 'last'];
    writeFileSync(file, ids.map((id) => `${JSON.stringify({ id, text: `aspirin ${id.length}` })}\n`).join(''));
    const first = new Related();
    first.stopAt = 2;
    await assert.rejects(relationsBy(first, [file], options({ format: 'brat' })), /no space/);
    await relationsBy(new Related(), [file], options({ format: 'brat', resume: true }));
    assert.deepEqual(
      readdirSync(out).sort(),
      ['A_B-3', '__x', 'a_b', 'a_b-2', 'last'].flatMap((name) => [`${name}.ann`, `${name}.txt`]).sort(),
    );
    await assert.rejects(
      relationsBy(new Related(), [file], { ...options({ format: 'brat' }), out: undefined as never }),
      /--out/,
    );
  });

  it('says that inputs have changed, that there are none, and what is not there', async () => {
    const file = jsonl('x', ['a one', 'b two', 'c three']);
    const first = new Related();
    first.stopAt = 2;
    await assert.rejects(relationsBy(first, [file], options()), /no space/);
    writeFileSync(file, `\n${readFileSync(file, 'utf8')}`);
    await assert.rejects(relationsBy(new Related(), [file], options({ resume: true })), /inputs have changed/);
    rmSync(`${out}.progress`);
    rmSync(out);
    await assert.rejects(relationsBy(new Related(), [join(dir, 'none')], options()), /There is no file or folder/);
    await assert.rejects(relationsBy(new Related(), [], options()), /Specify files or folders/);
    mkdirSync(join(dir, 'empty'));
    await assert.rejects(relationsBy(new Related(), [join(dir, 'empty')], options()), /There are no documents/);
    assert.ok(!existsSync(out), 'nothing is written');
  });

  it('a record that was cut off at its first line begins again', async () => {
    const file = jsonl('x', ['a one']);
    const first = new Related();
    first.stopAt = 0;
    await assert.rejects(relationsBy(first, [file], options()), /no space/);
    truncateSync(`${out}.progress`, 5);
    await relationsBy(new Related(), [file], options({ resume: true }));
    assert.equal(rows().length, 1);
  });

  it('asks a question of every document, or its own', async () => {
    const file = join(dir, 'x.jsonl');
    writeFileSync(
      file,
      '{"id":"1","text":"maybe so"}\n{"id":"2","text":"no","question":"Q?"}\n{"id":"3","title":"Is it?","text":"x"}\n',
    );
    const miner = new Chooser('pubmedqa');
    await askBy(miner, [file], { ...options(), format: 'tsv' });
    assert.deepEqual(rows(), [
      ['2', 'Q?', 'no', '0.1065', '0.787', '0.1065'],
      ['3', 'Is it?', 'yes', '0.3333', '0.3333', '0.3333'],
    ]);
    assert.match(errors, /line 1: This document has no question/);
    rmSync(out);
    await askBy(miner, [file], { ...options(), format: 'jsonl', question: 'Why?' });
    const [first] = readFileSync(out, 'utf8').split('\n');
    assert.deepEqual(JSON.parse(first!), {
      id: '1',
      question: 'Why?',
      answer: 'maybe',
      probabilities: { yes: 0.1065, no: 0.1065, maybe: 0.787 },
    });
    assert.equal(miner.sources.at(-1), 'question: Why? context: x');
  });

  it('classifies each sentence of a document', async () => {
    const miner = new Chooser('hoc');
    const file = jsonl('x', ['This is about cellular energetics. That is nothing!']);
    await classifyBy(miner, [file], { ...options(), format: 'tsv' });
    assert.deepEqual(
      rows().map(([, start, end, label, , text]) => [start, end, label, text]),
      [
        ['0', '34', 'cellular energetics', 'This is about cellular energetics.'],
        ['35', '51', 'tumor promoting inflammation', 'That is nothing!'],
      ],
    );
    assert.deepEqual(miner.sources, ['This is about cellular energetics.', 'That is nothing!.']);
  });

  it('says what a model without the right task lacks', async () => {
    const any = (task: TaskReader): task is TaskReader => task.kind === 'relations';
    await assert.rejects(
      openMiner({ ...options(), model: 'models/starter' }, any, 'extract relations'),
      /not fine-tuned for text mining/,
    );
  });
});

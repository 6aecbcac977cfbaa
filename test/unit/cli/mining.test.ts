import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askBy, ANSWER_QUESTIONS } from '../../../src/cli/commands/ask';
import { classifyBy, CLASSIFY_SENTENCES } from '../../../src/cli/commands/classify';
import { EXTRACT_RELATIONS, relationsBy, type RelationsOptions } from '../../../src/cli/commands/relations';
import { taskModelFor } from '../../../src/cli/mining/taskModel';
import type { ModelTask } from '../../../src/modelFolder/modelTask';
import { declareTask } from '../../support/declareTask';
import { createTinyModel, type TinyModel } from '../decoder/support/tinyModel';
import { glossaryFile } from '../glossary/support';
import { Answering, Choosing } from './miners';

/** A model that relates the first two words of every source, and invents one relation. */
class Related extends Answering {
  /** Stops the job before this source. */
  stopAt = Infinity;

  constructor() {
    super('bc5cdr', (source, before) => {
      if (source.includes('broken')) throw new Error('The text cannot be read.');
      if (before >= this.stopAt) throw Object.assign(new Error('no space'), { syscall: 'write' });
      const [a, b] = source.split(' ');
      const text = `the relation between ${a} and ${b} exists; the relation between ghost and ${b} exists.`;
      const tokens = [{ id: 5, end: text.indexOf(';'), logProbability: Math.log(0.5) }];
      return { text, tokens, cut: source.length > 1000 };
    });
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
    json: false,
    resume: false,
    ungrounded: false,
    identifiers: false,
    glossary: join(dir, 'glossary.bin'),
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
        relationsBy(new Related(), [file], options({ format, resume: true, ungrounded: true, beams: 4 })),
        /These options differ from those of the interrupted run: --ungrounded \(was off, now on\), --beams \(was not set, now 4\)\. Use the same options, or delete .*out\.progress to start over\./,
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
    const told = async (more: Partial<RelationsOptions>): Promise<string> =>
      relationsBy(new Related(), [file], options({ format: 'brat', ...more })).then(
        () => '',
        ({ message }: Error) => message.replaceAll(dir, '.'),
      );
    const record = './out/.progress';
    assert.equal(
      await told({}),
      `./out is the output of an interrupted run. Add --resume to continue it, or delete ${record} to start over.`,
    );
    assert.equal(
      await told({ resume: true, minProbability: 0.5 }),
      `These options differ from those of the interrupted run: --min-probability (was not set, now 0.5). Use the same options, or delete ${record} to start over.`,
    );
    assert.equal(await told({ resume: true }), '');
    assert.match(await told({ resume: true }), /^\.\/out is finished, so there is nothing to resume/);
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
    writeFileSync(`${out}.progress`, 'no record\n');
    await assert.rejects(
      relationsBy(new Related(), [file], options({ resume: true })),
      /out\.progress is not the record of an interrupted run\. To start over, delete it\./,
    );
  });

  it('says of which documents the end was not read', async () => {
    const file = jsonl('x', ['aspirin pain', `zinc rash ${'again '.repeat(34_000)}`]);
    await relationsBy(new Related(), [file], options());
    assert.equal(rows().length, 2);
    assert.match(errors, /x, line 2: The document is too long for the model, so its end was not read\.\n/);
    assert.doesNotMatch(errors, /line 1/);
    assert.equal(process.exitCode, undefined);
  });

  it('gives names the identifiers that the document marks, else those of the glossary', async () => {
    writeFileSync(
      join(dir, 'glossary.bin'),
      glossaryFile(
        { term: 'aspirin', id: 'CHEBI:15365', source: 'ChEBI', kind: 'chemical' },
        { term: 'pain', id: 'SYMP:0000099', source: 'Symptom Ontology', kind: 'symptom' },
        { term: 'pain', id: 'OpenStax:m1', source: 'OpenStax Biology', kind: 'symptom', rank: 1 },
      ),
    );
    const file = join(dir, 'in.pubtator');
    writeFileSync(file, '7|t|Aspirin pain\n7|a|Aspirin eases pain.\n7\t0\t7\tAspirin\tChemical\tD001241\n');
    const written = async (format: string, more: Partial<RelationsOptions> = {}): Promise<string> => {
      rmSync(out, { force: true });
      await relationsBy(new Related(), [file], options({ format, identifiers: true, ...more }));
      return readFileSync(out, 'utf8');
    };
    await written('tsv');
    assert.deepEqual([rows()[0]![3], rows()[0]![8]], ['D001241', 'SYMP:0000099']);
    await written('tsv', { identifiers: false });
    assert.deepEqual([rows()[0]![3], rows()[0]![8]], ['D001241', '']);
    const { relations } = JSON.parse(await written('jsonl')) as {
      relations: { first: { ids: string[] }; second: { ids: string[] } }[];
    };
    assert.deepEqual([relations[0]!.first.ids, relations[0]!.second.ids], [['D001241'], ['SYMP:0000099']]);
    const pubTator = await written('pubtator');
    assert.match(pubTator, /^7\t0\t7\tAspirin\tChemical\tD001241$/m);
    assert.match(pubTator, /^7\t8\t12\tpain\tDisease\tSYMP:0000099$/m);
    assert.match(pubTator, /^7\tCID\tD001241\tSYMP:0000099$/m);
    const bioc = await written('bioc-json');
    for (const id of ['D001241', 'SYMP:0000099']) assert.ok(bioc.includes(`"identifier":"${id}"`), id);
    // Without the lines the glossary knows the chemical too, however the text writes it.
    writeFileSync(file, '7|t|ASPIRIN pain\n7|a|x\n');
    assert.match(await written('pubtator'), /^7\tCID\tCHEBI:15365\tSYMP:0000099$/m);
    await assert.rejects(written('tsv', { glossary: join(dir, 'none') }), /none cannot be read\. Omit --glossary/);
  });

  it('tells of what cannot be mined, and writes nothing of it', async () => {
    const file = join(dir, 'in.pubtator');
    writeFileSync(file, '1|t|aspirin pain\n1|a|x\n1\t3\t10\tAspirin\tChemical\tD1\n\n2|t|zinc rash\n2|a|x\n');
    await relationsBy(new Related(), [file], options());
    assert.match(errors, /in\.pubtator, line 3: The mention "Aspirin" is not at 3–10: the text has "irin pa" there\./);
    assert.deepEqual(
      rows().map(([id]) => id),
      ['2'],
    );
    for (const [more, problem] of [
      [{ text: ' \n' }, /--text, line 1: The text is empty\./],
      [{ text: '' }, /--text, line 1: The text is empty\./],
    ] as const) {
      errors = '';
      rmSync(out);
      await relationsBy(new Related(), [], options(more));
      assert.match(errors, problem);
      assert.deepEqual(rows(), []);
    }
    await assert.rejects(relationsBy(new Related(), [file], options({ text: 'x' })), /not both/);
  });

  it('asks a question of every document, or its own', async () => {
    const file = join(dir, 'x.jsonl');
    writeFileSync(
      file,
      '{"id":"1","text":"maybe so"}\n{"id":"2","text":"no","question":"Q?"}\n{"id":"3","title":"Is it?","text":"x"}\n',
    );
    const miner = new Choosing('pubmedqa');
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
    const miner = new Choosing('hoc');
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

  it("classifies each sentence by a lab's own task too, where it is one of sentences", async () => {
    const file = jsonl('x', ['We measured bias. Nothing was found.']);
    const form = (bySentence: boolean): ConstructorParameters<typeof Choosing>[0] => ({
      id: 'quality',
      lowerCase: false,
      form: {
        source: '{title} {text}',
        answer: { kind: 'choice', phrase: 'it is', choices: ['fact', 'bias'], ...(bySentence && { bySentence }) },
      },
    });
    await classifyBy(new Choosing(form(true)), [file], { ...options(), format: 'tsv' });
    assert.deepEqual(
      rows().map(([, start, end, label]) => [start, end, label]),
      [
        ['0', '17', 'bias'],
        ['18', '36', 'fact'],
      ],
    );
    rmSync(out);
    await classifyBy(new Choosing(form(false)), [file], { ...options(), format: 'tsv' });
    assert.deepEqual(
      rows().map(([, start, end, label]) => [start, end, label]),
      [['0', '36', 'bias']],
    );
  });
});

describe('the model of a mining command in a terminal', () => {
  const SHAPE = { prompt: [5], lowerCase: true, maxSourceTokens: 200, maxTokens: 300 };
  let tiny: TinyModel;
  let root: string;
  let errors: string;
  const stderr = process.stderr.write.bind(process.stderr);

  before(async () => (tiny = await createTinyModel()));
  after(() => tiny.remove());
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'biogpt-installed-'));
    errors = '';
    process.stderr.write = ((text: string) => {
      errors += text;
      return true;
    }) as typeof process.stderr.write;
  });
  afterEach(() => {
    process.stderr.write = stderr;
    rmSync(root, { recursive: true, force: true });
  });

  const install = (name: string, task?: ModelTask): string => {
    const dir = join(root, name);
    cpSync(tiny.dir, dir, { recursive: true });
    declareTask(dir, task, { name });
    return dir;
  };

  it('is the one that is named, if it has the task', async () => {
    const [plain, hallmarks] = [install('plain'), install('hallmarks', { ...SHAPE, id: 'hoc' })];
    await assert.rejects(
      taskModelFor(EXTRACT_RELATIONS, plain, root),
      /^Error: plain is not fine-tuned for text mining\./,
    );
    await assert.rejects(
      taskModelFor(EXTRACT_RELATIONS, hallmarks, root),
      /^Error: hallmarks is fine-tuned for hoc and cannot extract relations\. Specify another model with --model\.$/,
    );
    assert.equal((await taskModelFor(CLASSIFY_SENTENCES, hallmarks, root)).task.id, 'hoc');
    writeFileSync(join(plain, 'model.json'), '{"task": 1');
    await assert.rejects(taskModelFor(EXTRACT_RELATIONS, plain, root), /model\.json: is not valid JSON/);
    declareTask(hallmarks, { ...SHAPE, id: 'hoc', prompt: [1e6] });
    await assert.rejects(taskModelFor(CLASSIFY_SENTENCES, hallmarks, root), /model\.json.* 1000000/);
    assert.equal(errors, '');
  });

  it('else is the only installed one that has it; a sentence says what is missing', async () => {
    await assert.rejects(
      taskModelFor(EXTRACT_RELATIONS, undefined, join(root, 'none')),
      /^Error: To extract relations, you need a model that is fine-tuned for this task, and none is installed: convert your own/,
    );
    await assert.rejects(
      taskModelFor(ANSWER_QUESTIONS, undefined, root),
      /none is installed: download one with "biogpt models install biogpt-large-pubmedqa"/,
    );
    install('plain');
    install('hallmarks', { ...SHAPE, id: 'hoc' });
    const first = install('first', { ...SHAPE, id: 'bc5cdr' });
    assert.equal((await taskModelFor(EXTRACT_RELATIONS, undefined, root)).dir, first);
    assert.equal(errors, `Using the installed model ${first}.\n`);
    const second = install('second', { ...SHAPE, id: 'ddi' });
    await assert.rejects(
      taskModelFor(EXTRACT_RELATIONS, undefined, root),
      new RegExp(`^Error: Several installed models can extract relations: ${first}, ${second}\\.`),
    );
  });
});

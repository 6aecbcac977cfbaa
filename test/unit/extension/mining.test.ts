import { configuration } from './support/vscode';
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MiningDecoder } from '../../../src/client/decoder';
import type { InstalledModel } from '../../../src/library/installation/types';
import type { SourceDocument } from '../../../src/mining/document';
import { taskReader, type RelationTask } from '../../../src/mining/taskReader';
import type { MineParams } from '../../../src/protocol/decoder';
import { readRelations } from '../../../src/extension/mining/reading';
import { Results } from '../../../src/extension/mining/results';
import { blockAfter, tableText, type Table } from '../../../src/extension/mining/tableText';
import { taskModelFor, type MiningKind, type TaskModel } from '../../../src/extension/mining/taskModel';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import { declareTask } from '../../support/declareTask';
import { noTimings } from '../completion/support/scriptedDecoder';
import { createTinyModel, type TinyModel } from '../decoder/support/tinyModel';

const TABLE: Table = {
  head: ['Chemical', 'Probability'],
  rows: [
    ['a|b_c', '5%'],
    ['cisplatin', '88%'],
  ],
  numbers: [1],
};

describe('a table of what was read', () => {
  it('has the form of the document', () => {
    assert.equal(
      tableText('markdown', TABLE, 'Relations.', ''),
      [
        '| Chemical  | Probability |',
        '| --------- | ----------: |',
        '| a\\|b_c    |          5% |',
        '| cisplatin |         88% |',
        '',
        'Table: Relations.',
      ].join('\n'),
    );
    const latex = tableText('latex', TABLE, 'Relations.', '\\usepackage{amsmath,booktabs}');
    assert.match(latex, /\\begin\{tabular\}\{lr\}\n {4}\\toprule\n {4}Chemical & Probability \\\\\n {4}\\midrule\n/);
    assert.match(latex, /a\|b\\_c & 5\\% \\\\/);
    assert.match(tableText('latex', TABLE, 'Relations.', ''), /\\hline/);
  });

  it('goes behind the paragraph, and out of an abstract of LaTeX', () => {
    const insert = (language: 'markdown' | 'latex', text: string, words: string): string => {
      const { offset, before, after } = blockAfter(language, text, text.indexOf(words) + words.length);
      return `${text.slice(0, offset)}${before}T${after}${text.slice(offset)}`;
    };
    assert.equal(insert('markdown', 'One\ntwo.\n\nThree.\n', 'One'), 'One\ntwo.\n\nT\n\nThree.\n');
    assert.equal(insert('markdown', 'One.', 'One'), 'One.\n\nT\n');
    assert.equal(insert('markdown', 'One.\n', 'One.\n'), 'One.\n\nT\n');
    const latex = '\\begin{abstract}\nOne.\n\\end{abstract}\n\\section{A}\nTwo.\n\\end{document}\n';
    assert.equal(
      insert('latex', latex, 'One.'),
      '\\begin{abstract}\nOne.\n\\end{abstract}\n\nT\n\n\\section{A}\nTwo.\n\\end{document}\n',
    );
    assert.match(insert('latex', latex, 'Two.'), /Two\.\n\nT\n\n\\end\{document\}\n$/);
  });
});

/** A model that says the same of every piece, or what it is told to. */
class Model implements MiningDecoder {
  readonly asked: MineParams[] = [];

  constructor(private readonly says: (piece: number) => string) {}

  async mine(params: MineParams) {
    const text = this.says(this.asked.push(params) - 1);
    const tokens = [{ id: 1, end: text.length, logProbability: Math.log(0.5) }];
    return { text, tokens, cut: false, finishReason: 'endOfText' as const, timings: noTimings };
  }
}

const BC5CDR: TaskModel<'relations'> = {
  dir: '/m',
  name: 'M',
  reader: taskReader({ id: 'bc5cdr', lowerCase: true }) as RelationTask,
  maxSourceTokens: 12,
  withConclusion: false,
  memoryBytes: 0,
};

async function read(document: SourceDocument, says: (piece: number) => string): Promise<Results> {
  const results = new Results(document);
  const { signal } = new AbortController();
  await readRelations(new Model(says), BC5CDR, { document, identify: () => undefined }, signal, (reading) => {
    results.reading = reading;
  });
  return results;
}

describe('what is read from a text', () => {
  const document = { id: 'd', title: '', text: 'Cisplatin harmed kidneys of mice. Aspirin caused bleeding in rats.' };
  const relation = (chemical: string, disease: string): string =>
    `the relation between ${chemical} and ${disease} exists.`;
  const says = (piece: number): string =>
    piece === 0 ? relation('cisplatin', 'kidneys') : `${relation('aspirin', 'bleeding')}`;

  it('comes from all pieces of a long text, each relation once', async () => {
    const results = await read(document, says);
    assert.equal(results.rowIds().length, 2);
    assert.equal((await read(document, () => says(0))).rowIds().length, 1);
    const { first, sentences } = results.evidenceOf(results.rowIds()[1]!)!;
    assert.deepEqual(first, [{ start: 34, end: 41 }]);
    assert.equal(document.text.slice(sentences[0]!.start, sentences[0]!.end), 'Aspirin caused bleeding in rats.');
  });

  it('leaves out what the text does not hold, unless it is accepted', async () => {
    const results = await read(document, (piece) => (piece === 0 ? says(0) : relation('aspirin', 'glurbosis')));
    const [grounded, invented] = results.rowIds() as [string, string];
    assert.deepEqual([results.isKept(grounded), results.isKept(invented)], [true, false]);
    assert.equal(results.export('tsv')[0]!.text.trim().split('\n').length, 2);
    results.judge(invented, 'accepted');
    assert.deepEqual([results.isKept(grounded), results.isKept(invented)], [false, true]);
    results.judge(invented, 'accepted');
    results.judge(grounded, 'rejected');
    assert.deepEqual([results.isKept(grounded), results.isKept(invented)], [false, false]);
  });

  it('is a table with the names as they are written, and files of each form', async () => {
    const results = await read(document, says);
    const headings = { relation: 'Relation', probability: 'Probability', text: '', class: '', answer: '' };
    const { head, rows } = results.table(headings);
    assert.deepEqual(head, ['Chemical', 'Disease', 'Probability']);
    assert.deepEqual(
      rows.map(([first, second]) => [first, second]),
      [
        ['Cisplatin', 'kidneys'],
        ['Aspirin', 'bleeding'],
      ],
    );
    const brat = results.export('brat');
    assert.deepEqual(
      brat.map(({ extension }) => extension),
      ['ann', 'txt'],
    );
    assert.match(brat[0]!.text, /^R2\tCID Arg1:T3 Arg2:T4$/m);
    for (const format of ['jsonl', 'pubtator', 'bioc-json', 'doccano', 'pubannotation'] as const)
      assert.match(results.export(format)[0]!.text, /Aspirin/);
  });
});

describe('the model of a mining command', () => {
  let tiny: TinyModel;
  let root: string;

  before(async () => {
    tiny = await createTinyModel();
    root = await mkdtemp(join(tmpdir(), 'biogpt-roots-'));
    const task = { prompt: [5], lowerCase: true, maxSourceTokens: 200, maxTokens: 300 };
    await Promise.all(
      Object.entries({ plain: undefined, relations: { ...task, id: 'bc5cdr' }, hallmarks: { ...task, id: 'hoc' } }).map(
        async ([name, declared]) => {
          const dir = join(root, name);
          await cp(tiny.dir, dir, { recursive: true });
          declareTask(dir, declared, { name });
        },
      ),
    );
  });
  after(async () => {
    await tiny.remove();
    await rm(root, { recursive: true, force: true });
  });
  afterEach(() => (configuration.values = {}));

  const choose = async (kind: MiningKind, inUse = 'plain'): Promise<string> => {
    const installed = async (): Promise<InstalledModel[]> =>
      Promise.all(
        ['hallmarks', 'plain', 'relations'].map(async (name) => {
          const { dir, description, bytes } = await openModelFolder(join(root, name));
          return { name, dir, description, bytes, shared: false };
        }),
      );
    return taskModelFor(kind, { roots: [root], inUse: join(root, inUse), installed }).then(
      ({ name }) => name,
      (error: Error) => `${error.name}: ${error.message}`,
    );
  };

  it('is an installed one of such a task', async () => {
    assert.equal(await choose('relations'), 'relations');
    assert.equal(await choose('relations', 'relations'), 'relations');
    assert.equal(await choose('classes'), 'hallmarks');
    assert.match(await choose('answer'), /^NoTaskModel: .*none is installed/);
  });

  it('is the one that the setting names, or there is a sentence on why not', async () => {
    configuration.values = { 'biogpt.mining.relationModel': 'hallmarks', 'biogpt.mining.classModel': 'plain' };
    assert.match(await choose('relations'), /hallmarks is fine-tuned for hoc and cannot extract relations/);
    assert.match(await choose('classes'), /plain is not fine-tuned for text mining/);
    configuration.values = {
      'biogpt.mining.relationModel': join(root, 'relations'),
      'biogpt.mining.classModel': 'none',
    };
    assert.equal(await choose('relations'), 'relations');
    assert.match(await choose('classes'), /The model none, .*cannot be used/);
    await mkdir(join(root, 'broken'));
    await writeFile(join(root, 'broken', 'model.json'), '{"task": 1');
    configuration.values = { 'biogpt.mining.relationModel': 'broken' };
    assert.match(await choose('relations'), /The model broken, .*JSON/);
  });
});

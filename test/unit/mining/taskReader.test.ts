import assert from 'node:assert/strict';
import { foundRelations } from '../../../src/mining/foundRelations';
import { taskReader, type DeclaredTask, type RelationTask } from '../../../src/mining/taskReader';

const document = {
  id: '1',
  title: 'Naloxone and clonidine',
  text: 'Clonidine did not cause hypotension (HT). HT was seen with α-methyldopa.',
  mentions: [{ start: 0, end: 8, type: 'Chemical', ids: ['D009270'] }],
};

const own = (answer: NonNullable<DeclaredTask['form']>['answer'], source = '{title}: {text}'): DeclaredTask => ({
  id: 'ours',
  lowerCase: false,
  form: { source, answer },
});

function relationsOf(task: DeclaredTask): RelationTask {
  const reader = taskReader(task);
  assert.ok(reader.kind === 'relations');
  return reader;
}

describe("a model's task", () => {
  it('of the paper reads and writes as its data set does', () => {
    const reader = relationsOf({ id: 'bc5cdr', lowerCase: true });
    assert.equal(reader.source({ title: 'A title', text: 'The Text.' }), 'a title. the text.');
    assert.deepEqual(reader.read('the relation between naloxone and hypotension exists.'), [
      { first: 'naloxone', second: 'hypotension', relation: 'CID' },
    ]);
    assert.deepEqual(
      relationsOf({ id: 'kd-dti', lowerCase: true }).read('the interaction between a and b is inhibitor.'),
      [{ first: 'a', second: 'b', relation: 'inhibitor' }],
    );
  });

  it('reads a conclusion only where the model was trained with it', () => {
    const text = { title: '', text: 'Context.', question: 'Does it?', conclusion: 'It does.' };
    const asked = (task: Omit<DeclaredTask, 'id'>): string => taskReader({ id: 'pubmedqa', ...task }).source(text);
    assert.equal(asked({ lowerCase: false }), 'question: Does it? context: Context.');
    assert.equal(
      asked({ lowerCase: true, withConclusion: true }),
      'question: does it? context: context. answer: it does.',
    );
  });

  it("of a lab's own has the source and the answer that it declares", () => {
    const reader = relationsOf(own({ kind: 'relations', pattern: '{organism} produces {chemical}' }));
    assert.deepEqual(reader.roles, ['organism', 'chemical']);
    assert.equal(reader.source({ title: 'T', text: ' some\ntext ' }), 'T: some text');
    assert.deepEqual(reader.read('A. niger produces citric acid; B produces C (D); nothing.'), [
      { first: 'A. niger', second: 'citric acid', relation: 'produces' },
      { first: 'B', second: 'C (D)', relation: 'produces' },
    ]);
    const typed = relationsOf(own({ kind: 'relations', pattern: '{a} {relation}: {b}', separator: ' | ' }));
    assert.deepEqual(typed.read('x inhibits: y | z activates: w.'), [
      { first: 'x', second: 'y', relation: 'inhibits' },
      { first: 'z', second: 'w', relation: 'activates' },
    ]);
    const choice = taskReader(own({ kind: 'choice', phrase: 'it is', choices: ['a', 'b'] }, '{question} {text}'));
    assert.ok(choice.kind === 'choice' && choice.asks);
    assert.deepEqual(choice.choices[1], { answer: 'b', text: 'it is b' });
    assert.equal(choice.bySentence, false);
    const sentences = taskReader(own({ kind: 'choice', phrase: 'it is', choices: ['a', 'b'], bySentence: true }));
    assert.ok(sentences.kind === 'choice' && sentences.bySentence && !sentences.asks);
  });
});

describe('relations of an answer', () => {
  const task = relationsOf({ id: 'bc5cdr', lowerCase: true });
  const abbreviations = [{ short: 'HT', long: 'hypotension' }];
  const text =
    'the relation between naloxone and hypotension exists; the relation between clonidine and hypotension exists; ' +
    'the relation between Naloxone and hypotension exists; the relation between cisplatin and hearing loss exists.';

  it('each stand once, with the probability of their own words', () => {
    const cut = text.indexOf(';');
    const second = text.indexOf(';', cut + 1);
    const tokens = [
      { end: cut, logProbability: Math.log(0.5) },
      { end: cut + 1, logProbability: Math.log(0.1) },
      { end: second - 3, logProbability: Math.log(0.25) },
      { end: second, logProbability: Math.log(0.5) },
      { end: text.length, logProbability: Math.log(0.2) },
      { end: text.length, logProbability: Math.log(0.01) },
    ];
    const found = foundRelations(task, document, { text, tokens }, { abbreviations });
    assert.deepEqual(
      found.map(({ first, probability }) => [first.name, Number(probability!.toFixed(6))]),
      [
        ['naloxone', 0.5],
        ['clonidine', 0.125],
        ['cisplatin', 0.2],
      ],
    );
  });

  it('have their grounds in the text: places, identifiers, sentences, and what denies them', () => {
    const [first, second, third] = foundRelations(task, document, { text, tokens: [] }, { abbreviations });
    assert.deepEqual(first!.first.ids, ['D009270']);
    assert.deepEqual(
      first!.second.mentions.map(({ start, end }) => `${document.title} ${document.text}`.slice(start, end)),
      ['hypotension', 'HT', 'HT'],
    );
    assert.deepEqual([first!.evidence.grounded, first!.evidence.sameSentence], [true, false]);
    assert.deepEqual([second!.evidence.sameSentence, second!.evidence.negated], [true, true]);
    assert.equal(third!.evidence.grounded, false);
  });

  it('have identifiers: of the marks that stand where a name does, of its own type first, else those that are known', () => {
    const asked: string[] = [];
    const ids: Record<string, string> = { HT: 'X:1', 'hearing loss': 'X:2' };
    const identify = (name: string): string | undefined => {
      asked.push(name);
      return ids[name];
    };
    const mark = (start: number, end: number, type: string, ids: string[]) => ({ start, end, type, ids });
    const marked = {
      ...document,
      mentions: [
        mark(0, 8, 'Chemical', ['D1']),
        mark(0, 22, 'Disease', ['D2']),
        mark(13, 22, 'Gene', ['G']),
        mark(13, 22, 'CHEMICAL', ['D3', 'D4']),
      ],
    };
    const [first, second, third] = foundRelations(task, marked, { text }, { abbreviations, identify });
    assert.deepEqual(first!.first.ids, ['D1']);
    assert.deepEqual(first!.second.ids, ['X:1']);
    assert.deepEqual(second!.first.ids, ['D3', 'D4']);
    assert.deepEqual([third!.first.ids, third!.second.ids], [[], ['X:2']]);
    assert.ok(!asked.includes('naloxone') && asked.includes('cisplatin'));
    assert.equal(first!.probability, null, 'without its tokens');
  });
});

import assert from 'node:assert/strict';
import { TASKS } from '../../../src/mining/tasks';

describe('answers of text-mining models', () => {
  const pairs: [output: string, read: [string, string][] | null][] = [
    ['the relation between lithium and tremor exists.', [['lithium', 'tremor']]],
    // Names may hold the words of the grammar: the last ones count.
    ['the relation between a and b and c exists', [['a and b', 'c']]],
    ['the relation between a and pain that exists exists', [['a', 'pain that exists']]],
    ['the relation between a and b exists as was shown', [['a', 'b']]],
    [
      'the relation between a and b exists;the relation between c and d exists',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    // The model writes its prompt again: what stands behind it counts.
    ['nonsense learned8 learned9 the relation between a and b exists.', [['a', 'b']]],
    // A part of another form is passed over.
    ['no relation; the relation between a and b exists', [['a', 'b']]],
    ['The relation between a and b exists', null],
    ['', null],
    ['.', null],
  ];
  for (const [output, read] of pairs) {
    it(`BC5CDR: ${JSON.stringify(output)}`, () => {
      const parsed = TASKS.bc5cdr.parse(output);
      assert.deepEqual(parsed?.map(({ chemical, disease }) => [chemical, disease]) ?? null, read);
    });
  }

  const interactions: [output: string, read: [string, string, string][] | null][] = [
    ['the interaction between a and b is effect.', [['a', 'b', 'effect']]],
    ['the interaction between a and b and c is int', [['a and b', 'c', 'int']]],
    ['the interaction between a and what is known is advise', [['a', 'what is known', 'advise']]],
    // Without a space behind the semicolon there is one part, and the last " is " splits it.
    [
      'the interaction between a and b is int;the interaction between c and d is int',
      [['a and b is int;the interaction between c', 'd', 'int']],
    ],
    [' the interaction between a and b is int', [['a', 'b', 'int']]],
    ['the interaction between a and b is int;  the interaction between c and d is int', [['a', 'b', 'int']]],
    ['the interaction between failed and b is int', null],
    ['nothing', null],
  ];
  for (const [output, read] of interactions) {
    it(`DDI: ${JSON.stringify(output)}`, () => {
      const parsed = TASKS.ddi.parse(output);
      assert.deepEqual(parsed?.map(({ drug, target, relation }) => [drug, target, relation]) ?? null, read);
    });
  }

  it('HoC: labels behind the phrase, wherever it stands', () => {
    const { parse } = TASKS.hoc;
    assert.deepEqual(parse('the type of this document is inducing angiogenesis | empty.'), [
      'inducing angiogenesis',
      'empty',
    ]);
    assert.deepEqual(parse('so the type of this document is empty'), ['empty']);
    assert.equal(parse('the kind of this document is empty'), null);
  });

  it('PubMedQA: the answer behind the phrase, without one full stop', () => {
    const { parse } = TASKS.pubmedqa;
    assert.equal(parse('the answer to the question given the context is maybe.'), 'maybe');
    assert.equal(parse('the answer to the question given the context is yes..'), 'yes.');
    assert.equal(parse('yes'), null);
  });
});

describe('sources of text-mining models', () => {
  it('join title and text as the task does', () => {
    const { source } = TASKS.bc5cdr;
    assert.equal(source({ title: 'Lithium and tremor', text: 'We saw it.' }), 'lithium and tremor. we saw it.');
    assert.equal(source({ title: 'Does lithium shake?', text: 'We saw it.' }), 'does lithium shake? we saw it.');
    assert.equal(source({ title: '', text: 'We saw\r\nit.' }), 'we saw it.');
    assert.equal(TASKS.hoc.source({ title: '', text: 'Is it?' }), 'Is it?.');
  });

  it('ask the question of the writer, and give the conclusion where the model knows it', () => {
    const text = { title: 'T', text: 'A  b.', question: 'Why?' };
    assert.equal(TASKS.pubmedqa.source(text), 'question: Why? context: A b.');
    assert.equal(
      TASKS.pubmedqa.source({ ...text, conclusion: 'It is so' }),
      'question: Why? context: A  b. answer: It is so.',
    );
  });
});

import assert from 'node:assert/strict';
import { bestOf, partsOf, weighed } from '../../../src/mining/choices';
import { splitConclusion } from '../../../src/mining/conclusion';
import { answerHeader, answerLine, classLines } from '../../../src/mining/formats/answers';
import { piecesOf } from '../../../src/mining/pieces';

describe('what a model reads of a text', () => {
  it('is whole sentences, as many as fit', () => {
    const text = 'One is here. Two is here. Three is longer than that. Four.';
    const pieces = piecesOf(text, 30).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(pieces, ['One is here. Two is here.', 'Three is longer than that.', 'Four.']);
    assert.deepEqual(piecesOf('', 30), []);
    assert.deepEqual(piecesOf('A sentence longer than the limit.', 5), [{ start: 0, end: 33 }]);
  });

  it('may be without its conclusion, which is under its heading or comes last', () => {
    assert.deepEqual(splitConclusion('AIM: To see. RESULTS: We saw. CONCLUSIONS: It works. So use it.'), {
      text: 'AIM: To see. RESULTS: We saw.',
      conclusion: 'It works. So use it.',
    });
    assert.deepEqual(splitConclusion('We looked. We saw.'), { text: 'We looked.', conclusion: 'We saw.' });
    assert.deepEqual(splitConclusion('We saw.'), { text: 'We saw.', conclusion: undefined });
  });

  it('is each sentence for a task of sentences', () => {
    const document = { id: 'a', title: '', text: 'One. Two.' };
    assert.deepEqual(
      partsOf({ bySentence: true }, document).map(({ text }) => text.text),
      ['One.', 'Two.'],
    );
    assert.deepEqual(
      partsOf({ bySentence: false }, document).map(({ start, end }) => [start, end]),
      [[0, 9]],
    );
  });
});

describe('weighed answers', () => {
  const choices = ['yes', 'no'].map((answer) => ({ answer, text: answer }));
  const answers = weighed({ choices }, [Math.log(0.6), Math.log(0.2)]);

  it('share a probability of one', () => {
    assert.deepEqual(answers, [
      { answer: 'yes', probability: 0.75 },
      { answer: 'no', probability: 0.25 },
    ]);
    assert.equal(bestOf(answers).answer, 'yes');
  });

  it('are written as lines', () => {
    assert.equal(answerHeader('tsv', ['yes', 'no']), 'document\tquestion\tanswer\tyes\tno\n');
    const given = { id: 'a', question: 'Is\tit?', answers, cut: true };
    assert.equal(answerLine('tsv', given), 'a\tIs it?\tyes\t0.75\t0.25\n');
    assert.deepEqual(JSON.parse(answerLine('jsonl', given)), {
      id: 'a',
      question: 'Is\tit?',
      answer: 'yes',
      probabilities: { yes: 0.75, no: 0.25 },
      cut: true,
    });
    const document = { id: 'a', title: '', text: '𝛼 is. B.' };
    assert.equal(classLines('tsv', document, [{ start: 7, end: 9, classes: answers }]), 'a\t6\t8\tyes\t0.75\tB.\n');
  });
});

import assert from 'node:assert/strict';
import { AddedTokens } from '../../../src/tokenizer/addedTokens';
import { BioGptTokenizer } from '../../../src/tokenizer/bioGptTokenizer';
import { tinyTokenizer } from '../decoder/support/tinyModel';

const split = (text: string, ...tokens: (string | { text: string; singleWord: true })[]): string[] =>
  new AddedTokens(tokens.map((token, id) => (typeof token === 'string' ? { text: token, id } : { ...token, id })))
    .split(text)
    .map((piece) => (typeof piece === 'string' ? piece : `<${piece.text}>`));

describe('added tokens', () => {
  it('are cut out of a text, the longest first, between letters too', () => {
    assert.deepEqual(split('a SARS-CoV-2, b', 'SARS', 'SARS-CoV-2'), ['a ', '<SARS-CoV-2>', ', b']);
    assert.deepEqual(split('xSARSy', 'SARS'), ['x', '<SARS>', 'y']);
    assert.deepEqual(split('[A][A]', '[A]'), ['<[A]>', '<[A]>']);
    assert.deepEqual(split('high blood pressure', 'blood pressure', 'blood'), ['high ', '<blood pressure>']);
    assert.deepEqual(split('', 'a'), []);
    assert.deepEqual(split('plain'), ['plain']);
  });

  it('that are single words stand between spaces', () => {
    const il6 = { text: 'IL6', singleWord: true } as const;
    assert.deepEqual(split('of IL6 and', il6), ['of ', '<IL6>', ' and']);
    assert.deepEqual(split('(IL6)', il6), ['(IL6', ')']);
    assert.deepEqual(split('IL6R', il6), ['IL6R']);
  });

  it('are tokens of a tokenizer, there and back', () => {
    const plain = tinyTokenizer();
    const [first, second] = [plain.vocabSize, plain.vocabSize + 7];
    const vocabulary = Object.fromEntries(
      Array.from({ length: plain.vocabSize }, (_, id) => [plain.idToSymbol(id), id] as const),
    );
    const tokenizer = BioGptTokenizer.fromFiles(JSON.stringify(vocabulary), '', {
      addedTokens: [
        { text: 'SARS-CoV-2', id: first },
        { text: 'blood pressure', id: second },
      ],
    });
    assert.equal(tokenizer.vocabSize, second + 1);
    assert.deepEqual(tokenizer.encode('SARS-CoV-2 blood pressure'), [2, first, second]);
    assert.equal(tokenizer.decode([2, first, second]), 'SARS-CoV-2 blood pressure');
    assert.deepEqual(tokenizer.tokenize('SARS-CoV-2'), ['SARS-CoV-2']);
    assert.deepEqual(
      [first, first + 1, second].map((id) => tokenizer.hasSymbol(id)),
      [true, false, true],
    );
    assert.equal(tokenizer.idToSymbol(first + 1), '<unk>');
  });
});

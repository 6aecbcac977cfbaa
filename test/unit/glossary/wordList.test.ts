import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import { openFieldWords } from '../../../src/cli/glossaryFile';
import { fieldWordsIn } from '../../../src/completion/fieldWords';
import { encodeWordList, tokensOf, WordList } from '../../../src/glossary/wordList';

const COUNTS = new Map([
  ['hepatotoxic', 40],
  ['hepatotoxicity', 60],
  ['hepatocyte', 100],
  ['Campylobacter', 30],
  ['Commercial', 5],
  ['commercial', 20],
  ['commercially', 10],
]);
const list = new WordList(
  encodeWordList(
    COUNTS,
    new Map([
      ['a', { occurrences: 90_000, words: new Map([['hepatotoxic', 70]]) }],
      [
        'was',
        {
          occurrences: 90_000,
          words: new Map([
            ['commercially', 80],
            ['hepatotoxic', 300],
          ]),
        },
      ],
    ]),
  ),
);
const words = (letters: string, textBefore = '', limit = 9): string[] =>
  list.startingWith(letters, limit, textBefore).map(({ word }) => word);

describe('the words of the field', () => {
  it('are found by their first letters, most frequent first', () => {
    assert.deepEqual(words('hepato'), ['hepatocyte', 'hepatotoxicity', 'hepatotoxic']);
    assert.deepEqual(words('hepatotoxicity'), ['hepatotoxicity']);
    assert.deepEqual(words('hepatz'), []);
    assert.deepEqual(words('zz'), []);
    assert.deepEqual(words('hepato', '', 1), ['hepatocyte']);
  });

  it('have shares of a million words', () => {
    const [first] = list.startingWith('hepatoc', 1);
    assert.ok(Math.abs(first!.perMillion - (1e6 * 100) / 265) < 1e-6, String(first!.perMillion));
  });

  it('are likelier behind what often stands before them', () => {
    assert.deepEqual(words('hepatotox', 'The drug was '), ['hepatotoxic', 'hepatotoxicity']);
    assert.deepEqual(words('hepatotox', 'signs of '), ['hepatotoxicity', 'hepatotoxic']);
    const share = list.startingWith('hepatotoxic', 9, 'It was ').find(({ word }) => word === 'hepatotoxic')!;
    assert.ok(Math.abs(share.perMillion - (1e6 * (300 + (300 * 40) / 265)) / 90_300) < 1e-6, String(share.perMillion));
  });

  it('may begin with a capital; a word in two forms is listed once', () => {
    assert.deepEqual(words('Campy'), ['Campylobacter']);
    assert.deepEqual(words('campy'), []);
    assert.deepEqual(words('Commer'), ['commercial', 'commercially']);
    assert.deepEqual(words('Commer', 'This was '), ['commercially', 'commercial']);
  });

  it('are looked up for the half-typed word at the end of a text', () => {
    const found = (text: string): string[] => fieldWordsIn(list)(text).map(({ word }) => word);
    assert.deepEqual(found('The drug was hepatotox'), ['hepatotoxic', 'hepatotoxicity']);
    assert.deepEqual(found('The drug was he'), []);
    assert.deepEqual(found('The drug was non-hepatotox'), []);
    assert.deepEqual(found('The drug was hepatotox '), []);
  });

  it('stand behind words in small letters, marks, and numbers, whichever', () => {
    assert.deepEqual(tokensOf('The 12 (of 3.5) non-smokers.'), [
      'the',
      '0',
      '(',
      'of',
      '0',
      '.',
      '0',
      ')',
      'non-smokers',
      '.',
    ]);
  });
});

describe('the words that ship', () => {
  const shipped = openFieldWords(join(__dirname, '..', '..', '..', 'glossary', 'words.br'));

  it('know terms, names, and what a word before tells', () => {
    const best = (text: string): string | undefined => shipped(text)[0]?.word;
    assert.equal(best('treated with bevaciz'), 'bevacizumab');
    assert.equal(best('infection with Campylo')?.toLowerCase(), 'campylobacter');
    assert.equal(best('was statistic'), 'statistically');
    assert.equal(best('the statistic'), 'statistical');
  });

  it('are found in a millisecond', () => {
    const times: number[] = [];
    for (let round = 0; round < 20; round++) {
      for (const letters of ['con', 'int', 'pre', 'pro', 'interven', 'bevaciz', 'Com', 'trans']) {
        const started = performance.now();
        shipped(`The efficacy of the ${letters}`);
        times.push(performance.now() - started);
      }
    }
    times.sort((a, b) => a - b);
    assert.ok(times[times.length >> 1]! < 1, `half of the time within ${times[times.length >> 1]} ms`);
  });
});

import assert from 'node:assert/strict';
import { bytePairEncode } from '../../../src/tokenizer/bytePairEncoding';
import { parseMerges, parseVocabulary } from '../../../src/tokenizer/vocabularyFiles';
import { growthOverEightfold, publishedFiles, randomIntegers } from './support';

describe('bytePairEncode', () => {
  it('ends the last symbol of a word', () => {
    assert.deepEqual(bytePairEncode('ab', new Map()), ['a', 'b</w>']);
    assert.deepEqual(bytePairEncode('🧬', new Map()), ['🧬</w>']);
    assert.deepEqual(bytePairEncode('', new Map()), []);
  });

  it('merges left to right where occurrences overlap', () => {
    assert.deepEqual(bytePairEncode('aaaaa', ranksOf('a a')), ['aa', 'aa', 'a</w>']);
  });

  it('merges every occurrence of a pair before a lower-ranked pair that it brings about', () => {
    // The first merge of "b c" makes "a bc"; that ranks lower, and would eat into the second.
    assert.deepEqual(bytePairEncode('abcbcx', ranksOf('bc b', 'a bc', 'b c')), ['abc', 'bc', 'x</w>']);
  });

  it('does as the textbook does', () => {
    const random = randomIntegers(2);
    for (let i = 0; i < 2000; i++) {
      const ranks = randomMerges(random);
      const word = Array.from({ length: 1 + random(40) }, () => 'abc'[random(3)]).join('');
      assert.deepEqual(bytePairEncode(word, ranks), textbook(word, ranks), `${word}, ${[...ranks.keys()].join(', ')}`);
    }
  });

  it('takes little more than linear time on a word of 100,000 letters', () => {
    const random = randomIntegers(3);
    const ranks = randomMerges(random);
    const letters = Array.from({ length: 100_000 }, () => 'abc'[random(3)]).join('');
    const growth = growthOverEightfold((n) => bytePairEncode(letters.slice(0, n), ranks));
    assert.ok(growth < 30, `8 × the word took ${growth.toFixed(1)} × the time`);
  });

  it('keeps every word of the published vocabulary whole, but for the padding', function () {
    const { vocabJson, mergesText } = publishedFiles(this);
    const ranks = parseMerges(mergesText);
    const words = [...parseVocabulary(vocabJson).ids.keys()].filter((symbol) => symbol.endsWith('</w>'));
    const split = words.filter((symbol) => bytePairEncode(symbol.slice(0, -4), ranks).length > 1);
    // fairseq fills the vocabulary up to a multiple of eight.
    assert.deepEqual(
      split,
      [0, 1, 2, 3, 4, 5, 6].map((n) => `madeupword000${n}</w>`),
    );
  });
});

function ranksOf(...merges: string[]): Map<string, number> {
  return new Map(merges.map((merge, rank) => [merge, rank]));
}

/** Up to 30 merges over `a`, `b`, `c`, in an order training would not give: a part may rank above the whole. */
function randomMerges(random: (below: number) => number): Map<string, number> {
  const symbols = ['a', 'b', 'c', 'a</w>', 'b</w>', 'c</w>'];
  const merges: string[] = [];
  for (let i = 0; i < 30; i++) {
    const [left, right] = [symbols[random(symbols.length)] as string, symbols[random(symbols.length)] as string];
    if (!left.endsWith('>')) {
      merges.push(`${left} ${right}`);
      symbols.push(left + right);
    }
  }
  return ranksOf(...merges.sort(() => random(3) - 1));
}

/** The algorithm as it is defined, a pass over the word for each pair. */
function textbook(word: string, ranks: ReadonlyMap<string, number>): string[] {
  let symbols = [...word.slice(0, -1), `${word.slice(-1)}</w>`];
  for (;;) {
    const pairs = symbols.slice(1).map((right, i) => `${symbols[i]} ${right}`);
    const best = Math.min(...pairs.map((pair) => ranks.get(pair) ?? Infinity));
    if (best === Infinity) {
      return symbols;
    }
    const merged: string[] = [];
    for (let i = 0; i < symbols.length; i++) {
      if (ranks.get(`${symbols[i]} ${symbols[i + 1]}`) === best) {
        merged.push(`${symbols[i]}${symbols[++i]}`);
      } else {
        merged.push(symbols[i] as string);
      }
    }
    symbols = merged;
  }
}

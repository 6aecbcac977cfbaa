import assert from 'node:assert/strict';
import { createRandom } from '../../../src/decoder/generation/random';
import { likeliestWords } from '../../../bench/quality/likeliestWords';
import { BigramModel } from '../decoder/support/bigramModel';

const SYMBOLS = ['a', 'b', 'a</w>', 'b</w>', 'c</w>', 'ab</w>'];
const END = 4;

function symbolsOf(count: number): { symbols: string[]; symbolOf: (id: number) => string } {
  const symbols = SYMBOLS.slice(0, count);
  return { symbols, symbolOf: (id) => symbols[id]! };
}

/** The probability of every word of at most `length` pieces, over all its tokenisations. */
function allWords(model: BigramModel, symbols: readonly string[], length: number): Map<string, number> {
  const words = new Map<string, number>();
  const extend = (last: number, spelling: string, sum: number, pieces: number): void => {
    for (const [id, symbol] of symbols.entries()) {
      const probability = sum + model.logProbability(last, id);
      if (!symbol.endsWith('</w>')) {
        if (pieces < length) extend(id, spelling + symbol, probability, pieces + 1);
        continue;
      }
      const word = spelling + symbol.slice(0, -4);
      words.set(word, (words.get(word) ?? 0) + Math.exp(probability));
    }
  };
  extend(END, '', 0, 1);
  return words;
}

describe('the likeliest next words', () => {
  it('are those of a full search', async () => {
    const { symbols, symbolOf } = symbolsOf(5);
    for (let seed = 1; seed <= 10; seed++) {
      const random = createRandom(seed);
      const model = new BigramModel(
        symbols.map(() => symbols.map((symbol) => 3 * random() + (symbol.length > 1 ? 1 : 0))),
      );
      const { logits } = await model.prefill([END]);
      const found = await likeliestWords(model, logits, { count: 4, beams: 50, mostPieces: 5 }, symbolOf);
      const expected = [...allWords(model, symbols, 5)].sort((a, b) => b[1] - a[1]).slice(0, 4);
      assert.deepEqual(
        found.map(({ spelling }) => spelling),
        expected.map(([word]) => word),
      );
      for (const [i, { logProbability }] of found.entries()) {
        assert.ok(Math.abs(Math.exp(logProbability) - expected[i]![1]) < 1e-5);
      }
    }
  });

  it('add up what is spelt in different pieces', async () => {
    const { symbols, symbolOf } = symbolsOf(6);
    // a, then b</w>, is as likely as ab</w>; c</w> lies between one of them and both.
    const from = (likely: Record<string, number>): number[] => symbols.map((symbol) => likely[symbol] ?? -30);
    const model = new BigramModel(
      symbols.map((symbol) => (symbol === 'a' ? from({ 'b</w>': 9 }) : from({ a: 2, 'ab</w>': 2, 'c</w>': 2.4 }))),
    );
    const { logits } = await model.prefill([END]);
    const found = await likeliestWords(model, logits, { count: 3, beams: 4, mostPieces: 3 }, symbolOf);
    assert.deepEqual(
      found.slice(0, 2).map(({ spelling }) => spelling),
      ['ab', 'c'],
    );
  });

  it('end as soon as no unfinished word can be among them', async () => {
    const { symbols, symbolOf } = symbolsOf(6);
    const row = symbols.map((symbol) => (symbol.endsWith('</w>') ? 9 : 0));
    const model = new BigramModel(symbols.map(() => row));
    const { logits } = await model.prefill([END]);
    await likeliestWords(model, logits, { count: 3, beams: 4, mostPieces: 12 }, symbolOf);
    assert.equal(model.steps, 0);
  });
});

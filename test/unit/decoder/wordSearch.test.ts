import assert from 'node:assert/strict';
import { rankListed, type ListedWord } from '../../../src/decoder/generation/listedWords';
import { spellingOf as spellingOfSymbol } from '../../../src/tokenizer/endOfWord';
import { SymbolIndex } from '../../../src/tokenizer/symbolIndex';
import { ScriptedModel } from './support/scriptedModel';

const SYMBOLS = ['<s>', '<pad>', '</s>', '<unk>', 'be', 'vac', 'iz', 'umab</w>', 'ine</w>', 'bevel</w>', 'b', 'x</w>'];
const symbol = (id: number): string => SYMBOLS[id]!;
const spellingOf = (id: number): string => spellingOfSymbol(symbol(id));
const index = new SymbolIndex(SYMBOLS, [0, 1, 2, 3]);
const idsOf = (...pieces: string[]): number[] => pieces.map((piece) => SYMBOLS.indexOf(piece));

const UMAB = idsOf('be', 'vac', 'iz', 'umab</w>');
const INE = idsOf('be', 'vac', 'ine</w>');

/** A model for which a text behind `</s>` goes on as `likely` says for its last piece. */
function model(likely: Record<string, Record<string, number>>): ScriptedModel {
  return new ScriptedModel(SYMBOLS.length, (text) => {
    const here = likely[text.length === 1 ? '' : symbol(text.at(-1)!)] ?? {};
    return SYMBOLS.map((name) => here[name] ?? -9);
  });
}

async function ranked(scripted: ScriptedModel, letters: string, words: readonly ListedWord[], belief = 0.05) {
  const { logits } = await scripted.prefill([2]);
  return rankListed(scripted, logits, words, { letters, index, spellingOf, processors: [], belief });
}

describe('the likeliest word of a list', () => {
  const word = (ids: readonly number[], prior = 1e-9): ListedWord => ({ ids, prior });

  it('is the one whose pieces the model finds likeliest, all of them', async () => {
    const scripted = model({
      '': { be: 3 },
      be: { vac: 3 },
      vac: { iz: 2, 'ine</w>': 1 },
      iz: { 'umab</w>': -1, 'x</w>': 5 },
    });
    const found = await ranked(scripted, 'be', [word(UMAB), word(INE)]);
    assert.deepEqual(
      found.words.map(({ ids }) => ids),
      [INE, UMAB],
    );
  });

  it('is the only one that begins with the letters, though the model does not know it', async () => {
    const scripted = model({ '': { 'x</w>': 9 }, be: { 'x</w>': 9 }, vac: { 'x</w>': 9 }, iz: { 'x</w>': 9 } });
    const found = await ranked(scripted, 'bevaciz', [word(UMAB, 1e-6)]);
    const [{ ids, probability }] = found.words as [{ ids: number[]; probability: number }];
    assert.deepEqual(ids, UMAB);
    assert.ok(probability > 0.9, String(probability));
  });

  it('is no likelier than what the model is sure of', async () => {
    const scripted = model({ '': { 'bevel</w>': 9, be: 0 } });
    const found = await ranked(scripted, 'be', [word(UMAB)], 1);
    assert.ok(found.unlisted > 0.9 && found.words[0]!.probability < 0.1, JSON.stringify(found));
  });

  it('is found in few passes, and leaves the model where it was', async () => {
    const scripted = model({ '': { be: 3 }, be: { vac: 3 }, vac: { iz: 2 } });
    await ranked(scripted, 'be', [word(UMAB), word(INE)]);
    assert.deepEqual(scripted.ids, [2]);
    assert.ok(scripted.passes.length <= 4, String(scripted.passes.length));
  });

  it('is none of an empty list', async () => {
    assert.deepEqual((await ranked(model({}), 'be', [])).words, []);
  });
});

import assert from 'node:assert/strict';
import { FirstPieces } from '../../../src/decoder/generation/firstPieces';
import { generate } from '../../../src/decoder/generation/generate';
import { prefixConstraint } from '../../../src/decoder/generation/logitsProcessors';
import { spellingOf as spellingOfSymbol } from '../../../src/tokenizer/endOfWord';
import { SymbolIndex } from '../../../src/tokenizer/symbolIndex';
import { ScriptedModel } from './support/scriptedModel';

const SYMBOLS = ['<s>', '<pad>', '</s>', '<unk>', 'p', 'patients</w>', 'a', 't', 'i', 'o</w>', 'x</w>'];
const symbol = (id: number): string => SYMBOLS[id]!;
const spellingOf = (id: number): string => spellingOfSymbol(symbol(id));
const index = new SymbolIndex(SYMBOLS, [0, 1, 2, 3]);

/** "p" is likelier than "patients", but hardly ever goes on with "a". */
function model(behindP: Record<string, number>): ScriptedModel {
  return new ScriptedModel(SYMBOLS.length, (text) => {
    const likely: Record<string, number> =
      text.length === 1 ? { p: 3, 'patients</w>': 2 } : symbol(text.at(-1)!) === 'p' ? behindP : { '</s>': 5 };
    return SYMBOLS.map((name) => likely[name] ?? -9);
  });
}

async function complete(scripted: ScriptedModel, looks: boolean): Promise<string[]> {
  const firstPieces = new FirstPieces('pati', index, spellingOf);
  const { ids } = await generate(
    scripted,
    [2],
    { strategy: 'greedy' },
    { maxNewTokens: 1 },
    {
      eosId: 2,
      processors: [prefixConstraint('pati', index, spellingOf), ...(looks ? [firstPieces.weigh] : [])],
      ...(looks && { firstPieces }),
    },
  );
  return ids.map(symbol);
}

describe('the first piece of a half-typed word', () => {
  it('is not one behind which the other letters are all but impossible', async () => {
    assert.deepEqual(await complete(model({ 'o</w>': 5 }), false), ['p']);
    assert.deepEqual(await complete(model({ 'o</w>': 5 }), true), ['patients</w>']);
  });

  it('may end inside the letters where they go on well', async () => {
    assert.deepEqual(await complete(model({ a: 5 }), true), ['p']);
  });

  it('leaves the model where it was, and looks at as many as it has to', async () => {
    const scripted = model({ 'o</w>': 5 });
    await complete(scripted, true);
    assert.deepEqual(scripted.ids, [2]);
    assert.deepEqual(scripted.passes, [[4]]);
    const sure = model({ 'o</w>': 5 });
    await generate(
      sure,
      [2],
      { strategy: 'greedy' },
      { maxNewTokens: 1 },
      {
        eosId: 2,
        firstPieces: new FirstPieces('patients', index, spellingOf),
        processors: [(logits) => (logits[4] = -Infinity)],
      },
    );
    assert.deepEqual(sure.passes, []);
  });
});

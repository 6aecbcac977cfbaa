import assert from 'node:assert/strict';
import { Engine } from '../../../src/decoder/engine';
import { ONE_TEXT_INFO, OneText } from './support/oneText';
import { tinyTokenizer } from './support/tinyModel';

describe('words that the writer is likely to use', () => {
  const tokenizer = tinyTokenizer();

  /** Completes letters behind which the model expects `likely`, or nothing. */
  async function complete(letters: string, words: string[] | undefined, likely = ''): Promise<string> {
    const textBefore = `the ${letters}`;
    const model = new OneText(tokenizer, 'the ', likely);
    const engine = new Engine(ONE_TEXT_INFO, tokenizer, model);
    const { text } = await engine.complete({
      textBefore,
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 1 },
      ...(words && { words }),
    });
    return letters + text;
  }

  it('are likelier', async () => {
    assert.equal(await complete('re', ['receptor']), 'receptor');
    assert.equal(await complete('pa', ['patients']), 'patients');
  });

  it('are no likelier than what the model is sure of', async () => {
    assert.equal(await complete('pro', ['protein', 'process'], 'protein'), 'protein');
    assert.equal(await complete('pro', ['process'], 'protein'), 'protein');
  });

  it('change nothing where there are none', async () => {
    assert.equal(await complete('pro', [], 'protein'), await complete('pro', undefined, 'protein'));
  });
});

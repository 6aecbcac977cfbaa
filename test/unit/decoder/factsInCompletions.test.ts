import assert from 'node:assert/strict';
import type { FactRule } from '../../../src/protocol/decoder';
import { OneText, plainEngine } from './support/oneText';
import { tinyTokenizer } from './support/tinyModel';

describe('completions and facts', () => {
  const tokenizer = tinyTokenizer();
  async function complete(
    before: string,
    text: string,
    facts?: FactRule,
    seen: string[] = [],
  ): Promise<[string, string, number]> {
    const engine = plainEngine(new OneText(tokenizer, before, text));
    const result = await engine.complete(
      {
        textBefore: before,
        decoding: { strategy: 'greedy' },
        stop: { maxNewTokens: 40, ...(facts && { facts }) },
      },
      { onProgress: (progress) => seen.push(progress.text) },
    );
    return [result.text, result.finishReason, result.tokens];
  }

  it('end before a number, and what led to it', async () => {
    const [text, reason, tokens] = await complete('the cells', ' were in patients with 62 of cells', 'documentOnly');
    assert.deepEqual([text, reason], [' were in patients', 'fact']);
    assert.equal(tokens, tokenizer.encode('cells were in patients').length - 1);
  });

  it('write nothing where a fact comes first', async () => {
    assert.deepEqual(await complete('the cells were', ' 62 mg', 'documentOnly'), ['', 'fact', 0]);
  });

  it('hold what the document holds', async () => {
    const [text] = await complete('62 patients were in the cancer of', ' 62 patients with 26 cells', 'documentOnly');
    assert.equal(text, ' 62 patients');
  });

  it('hold anything where that is allowed', async () => {
    for (const facts of ['allow', undefined] as const) {
      const [text, reason] = await complete('the cells were', ' in 62 patients', facts);
      assert.deepEqual([text, reason], [' in 62 patients', 'endOfText']);
    }
  });

  it('never stream a fact either', async () => {
    const seen: string[] = [];
    await complete('the cells were', ' in cancer and 62 mg', 'documentOnly', seen);
    assert.ok(seen.length > 0);
    for (const text of seen) assert.doesNotMatch(text, /\d/);
  });
});

import assert from 'node:assert/strict';
import { Engine } from '../../../src/decoder/engine';
import type { ScoringModel } from '../../../src/decoder/generation/languageModel';
import { promptAtCursor } from '../../../src/decoder/text/cursor';
import type { FactRule } from '../../../src/protocol';
import type { BioGptTokenizer } from '../../../src/tokenizer';
import { ScriptedModel } from './support/scriptedModel';
import { tinyTokenizer } from './support/tinyModel';

/** Writes one text behind any prompt that lacks it, and ends. */
class OneText extends ScriptedModel implements ScoringModel {
  constructor(tokenizer: BioGptTokenizer, before: string, text: string) {
    // Inside a word the prompt lacks that word.
    const prompt = promptAtCursor(before, tokenizer)!.ids.length;
    const coming = [...tokenizer.encode(before + text).slice(prompt), 2];
    super(tokenizer.vocabSize, (ids) => {
      const logits = new Array<number>(tokenizer.vocabSize).fill(0);
      logits[coming[ids.length - prompt] ?? 2] = 50;
      return logits;
    });
  }

  get cachedTokens(): number {
    return this.ids.length;
  }

  allLogits = (): never => assert.fail('not asked for');
  logLikelihoods = (): never => assert.fail('not asked for');
  dispose = async (): Promise<void> => undefined;
}

describe('completions and facts', () => {
  const tokenizer = tinyTokenizer();
  const info = {
    name: 'one text', modelDir: '', precision: 'fp32', parameters: 0, maxPositions: 200, backend: 'plain', loadMs: 0,
  } as const;

  async function complete(before: string, text: string, facts?: FactRule, seen: string[] = []): Promise<[string, string, number]> {
    const engine = Engine.over(info, tokenizer, new OneText(tokenizer, before, text), new Set(['words']));
    const result = await engine.complete(
      {
        textBefore: before, decoding: { strategy: 'greedy' },
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

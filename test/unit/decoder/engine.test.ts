import assert from 'node:assert/strict';
import { Engine } from '../../../src/decoder/engine';
import { BadRequest } from '../../../src/decoder/generation/settings';
import type { Decoding } from '../../../src/protocol/decoder';
import { createTinyModel, type TinyModel } from './support/tinyModel';

const GREEDY: Decoding = { strategy: 'greedy' };
const STRATEGIES: Decoding[] = [
  GREEDY,
  { strategy: 'beam', beams: 4, earlyStopping: true },
  { strategy: 'sample', temperature: 1.5, seed: 3 },
];

describe('the engine', () => {
  let tiny: TinyModel;
  let engine: Engine;

  before(async () => {
    tiny = await createTinyModel();
    engine = await Engine.open(tiny.dir, { threads: 1 });
  });
  after(async () => {
    await engine.dispose();
    await tiny.remove();
  });

  for (const decoding of STRATEGIES) {
    describe(decoding.strategy, () => {
      it('continues a begun word with the letters typed', async () => {
        const { tokenizer } = engine;
        let suggested = 0;
        for (const [context, letters] of [
          ['the protein ', 'rec'],
          ['cells of ', 'immunoh'],
          ['TNF-', 'α'],
          ['', 'th'],
        ]) {
          const textBefore = context! + letters!;
          const { text, tokens } = await engine.complete({
            textBefore,
            decoding,
            stop: { maxNewTokens: 24, minNewTokens: 24 },
          });
          // Random weights may write one endless word, which a budget cuts off whole.
          assert.equal(tokens > 0, text !== '');
          if (text !== '') suggested++;
          // What was inserted reads, with the text before, like one text; the text before is as typed.
          const words = tokenizer.tokenize(textBefore + text);
          const typed = tokenizer.tokenize(textBefore);
          assert.deepEqual(words.slice(0, typed.length - 1), typed.slice(0, -1));
          assert.ok(words[typed.length - 1]!.startsWith(typed.at(-1)!), `${textBefore}|${text}`);
        }
        assert.ok(suggested >= 2, `${suggested} suggestions of four: nothing was compared with the rest`);
      });

      it('never doubles a space and never begins with one after white space', async () => {
        for (const textBefore of ['the protein ', 'the protein, ', 'the (', 'is in.\n\n', 'the ', '']) {
          const { text } = await engine.complete({
            textBefore,
            decoding,
            stop: { maxNewTokens: 16, minNewTokens: 16 },
          });
          assert.doesNotMatch(text, /^\s/, JSON.stringify(textBefore + text));
          assert.doesNotMatch(text, / {2}/);
          assert.doesNotMatch(text, /<\/w>|@-@|&(?:quot|apos|#91|#93);/);
        }
      });

      it('gives the same for the same settings', async () => {
        const stop = { maxNewTokens: 10 };
        const first = await engine.complete({ textBefore: 'the cells of ', decoding, stop });
        await engine.complete({ textBefore: 'another text ', decoding: GREEDY, stop });
        const again = await engine.complete({ textBefore: 'the cells of ', decoding, stop });
        assert.equal(again.text, first.text);
      });

      it('stops when cancelled, and the next request is as if nothing had been', async () => {
        const params = { textBefore: 'the protein binds to ', decoding, stop: { maxNewTokens: 40, minNewTokens: 40 } };
        const whole = await engine.complete(params);
        const controller = new AbortController();
        let seen = 0;
        const onProgress = (): void => {
          if (++seen === 3) controller.abort();
        };
        await assert.rejects(engine.complete(params, { signal: controller.signal, onProgress }), {
          name: 'AbortError',
        });
        assert.ok(seen <= 4, `${seen} steps after the third was cancelled`);
        assert.equal((await engine.complete(params)).text, whole.text);
      });
    });
  }

  it('suggests nothing for letters that no symbol spells, and inside open numbers', async () => {
    for (const textBefore of ['the 中', 'p < 0.']) {
      for (const decoding of STRATEGIES) {
        const { text, tokens } = await engine.complete({ textBefore, decoding, stop: { maxNewTokens: 8 } });
        assert.deepEqual([text, tokens], ['', 0]);
      }
    }
  });

  it('refuses more beams than memory is for', async () => {
    const decoding: Decoding = { strategy: 'beam', beams: 10_000 };
    await assert.rejects(engine.complete({ textBefore: 'the ', decoding, stop: { maxNewTokens: 8 } }), BadRequest);
  });

  it('ends a budget at a whole word', async () => {
    const full = await engine.complete({
      textBefore: 'the ',
      decoding: GREEDY,
      stop: { maxNewTokens: 30, minNewTokens: 30 },
    });
    for (let maxNewTokens = 1; maxNewTokens < 30; maxNewTokens++) {
      const { text } = await engine.complete({
        textBefore: 'the ',
        decoding: GREEDY,
        stop: { maxNewTokens, minNewTokens: maxNewTokens },
      });
      assert.ok(full.text.startsWith(text));
      const next = full.text.slice(text.length, text.length + 1);
      assert.ok(text === '' || !/\w/.test(text.at(-1)!) || !/\w/.test(next), `${text}|${next}`);
    }
  });

  it('reads the end of a text that is longer than the model', async () => {
    const long = 'the protein binds to the receptor. '.repeat(100);
    const stop = { maxNewTokens: 8, minNewTokens: 8 };
    const first = await engine.complete({ textBefore: long, decoding: GREEDY, stop });
    assert.ok(first.timings.prefillTokens <= engine.info.maxPositions - 64);
    assert.notEqual(first.text, '');
    const next = await engine.complete({ textBefore: `${long}the `, decoding: GREEDY, stop });
    assert.ok(next.timings.prefillTokens < 20, `${next.timings.prefillTokens} tokens computed again`);
  });

  it('describes a term in its own spelling, streaming', async () => {
    const seen: string[] = [];
    // A model of random weights ends no sentence: what it writes is shown while it writes, and then dropped.
    const { text, tokens, finishReason } = await engine.describe(
      { term: ' mg/kg“x” ', decoding: { strategy: 'beam', beams: 3 }, stop: { maxNewTokens: 12, minNewTokens: 12 } },
      { onProgress: (progress) => seen.push(progress.text) },
    );
    assert.equal(text, '');
    assert.equal(tokens, 0);
    assert.match(finishReason, /tokenBudget|repetition/);
    assert.ok(seen.length > 3 && seen.every((progress) => progress.startsWith('mg/kg“x” is')));
  });
});

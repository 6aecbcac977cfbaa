import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Engine } from '../../../src/decoder/engine';
import { promptAtCursor } from '../../../src/decoder/text/cursor';
import type { CompleteResult, StopRules } from '../../../src/protocol/decoder';

const STARTER = fileURLToPath(new URL('../../../models/starter', import.meta.url));

const SENTENCES = [
  'Adults with newly diagnosed type 2 diabetes were recruited at six outpatient clinics between 2011 and 2014.',
  'Serum concentrations of interleukin-6 (IL-6) and TNF-α were measured at baseline and after 12 weeks (Fig. 2).',
  'The primary outcome was the change in HbA1c, i.e. the difference between both visits (mean 0.4%, 95% CI 0.1–0.7).',
  'Immunohistochemistry showed "strong" staining in 31 of 48 biopsies; none of the controls was positive.',
  'No serious adverse events occurred, and adherence (>80% of doses) did not differ between the groups, p=0.31.',
];
/** `count` different sentences. */
const text = (count: number): string =>
  Array.from({ length: count }, (_, i) => SENTENCES[i % SENTENCES.length]!.replace(/\d+/, String(i + 3))).join(' ');

describe('what a keystroke costs', function () {
  this.timeout(60_000);
  let engine: Engine;
  /** Tokens of the text that was completed or prepared last, whole. */
  let previous: readonly number[];

  before(async () => {
    engine = await Engine.open(STARTER, { threads: 1 });
  });
  after(() => engine.dispose());

  const tokens = (textBefore: string): readonly number[] =>
    promptAtCursor(textBefore, engine.tokenizer)?.ids ?? previous;

  async function complete(textBefore: string, stop: Partial<StopRules> = {}): Promise<CompleteResult> {
    previous = tokens(textBefore);
    return engine.complete({ textBefore, decoding: { strategy: 'greedy' }, stop: { maxNewTokens: 3, ...stop } });
  }

  /**
   * Tokens of `textBefore` that the text asked about last did not begin with; a shorter text has its last token
   * computed, since its logits are asked for.
   */
  function newTokens(textBefore: string): number {
    const now = tokens(textBefore);
    const same = now.findIndex((id, i) => id !== previous[i]);
    return same >= 0 ? now.length - same : now.length < previous.length ? 1 : 0;
  }

  /** Completes and checks that nothing but new tokens is computed. */
  async function press(textBefore: string, stop?: Partial<StopRules>): Promise<CompleteResult> {
    const expected = newTokens(textBefore);
    const result = await complete(textBefore, stop);
    const { prefillTokens } = result.timings;
    assert.ok(prefillTokens <= expected, `${prefillTokens} tokens for ${expected}: …${textBefore.slice(-30)}`);
    return result;
  }

  it('typed letter by letter: its new tokens, whatever was suggested on the way', async () => {
    const written = text(5);
    await complete(written.slice(0, 100));
    let computed = 0;
    for (let at = 101; at <= written.length; at++) {
      computed += (await press(written.slice(0, at))).timings.prefillTokens;
    }
    // Some tokens are spelt anew as a word or a sentence ends.
    assert.ok(computed < 2 * previous.length, `${computed} tokens computed for ${previous.length}`);
  });

  it('taken back letter by letter: one token, or the few that are spelt anew', async () => {
    const written = text(4);
    await complete(written);
    for (let at = written.length - 1; at > written.length - 150; at--) await press(written.slice(0, at));
  });

  it('behind a long suggestion that was not taken: its new tokens', async () => {
    const written = text(3);
    await complete(written);
    const { tokens: suggested } = await complete(`${written} The patients `, { maxNewTokens: 24, minNewTokens: 24 });
    assert.ok(suggested > 10, `a suggestion of ${suggested} tokens is not long`);
    await press(`${written} The patients q`);
    await press(`${written} The patients qu`);
    await press(`${written} The `);
    await press(`${written} Those `);
  });

  it('behind an accepted suggestion: what the cache does not hold already', async () => {
    const written = `${text(3)} Patients were randomly `;
    const { text: suggestion, tokens: suggested } = await complete(written, { maxNewTokens: 16, minNewTokens: 16 });
    assert.ok(suggested > 5, `too little to accept: ${suggestion}`);
    const { timings } = await complete(`${written}${suggestion} `);
    assert.ok(timings.prefillTokens < suggested / 2, `${timings.prefillTokens} of ${suggested} tokens`);
  });

  describe('where the text outgrows the model', () => {
    /** Opens a text that is just shorter than what fits: 512 positions less the room for new tokens. */
    const open = async (): Promise<string> => {
      // From elsewhere: the window of a text that was just read stays where it was.
      await complete('Abstract. ');
      let written = '';
      for (let count = 1; tokens(text(count)).length < 440; count++) written = text(count);
      written += ' ';
      await complete(written);
      return written;
    };
    const typed = text(5).slice(0, 300);

    /** Tokens computed beyond the new ones, by keystroke; 0 for most. */
    async function excess(written: string): Promise<number[]> {
      const result: number[] = [];
      for (let at = 1; at <= typed.length; at++) {
        const textBefore = written + typed.slice(0, at);
        const expected = newTokens(textBefore);
        const { timings } = await complete(textBefore);
        result.push(Math.max(0, timings.prefillTokens - expected));
      }
      return result;
    }

    it('typed without a pause: one keystroke pays for the next hundred tokens', async () => {
      const written = await open();
      const costs = (await excess(written)).filter((tokens) => tokens > 0);
      assert.equal(costs.length, 1, costs.join());
      // The window that has moved: half of the 448 positions to three quarters of them, but for its beginning.
      assert.ok(costs[0]! > 150 && costs[0]! < 360, costs.join());
    });

    it('with a pause before: nobody pays, the window has moved meanwhile', async () => {
      const written = await open();
      const { prefillTokens } = await engine.prepare({ textBefore: written, maxNewTokens: 3 });
      assert.ok(prefillTokens > 150, `${prefillTokens} tokens read in the pause`);
      assert.deepEqual(
        (await excess(written)).filter((tokens) => tokens > 0),
        [],
      );
    });
  });

  it('behind a pause: only what was typed since', async () => {
    const written = `${text(3)} In a`;
    const { prefillTokens } = await engine.prepare({ textBefore: `Background. ${written}`, maxNewTokens: 3 });
    assert.ok(prefillTokens > 50, `the pause read ${prefillTokens} tokens: the text was known before`);
    previous = tokens(`Background. ${written}`);
    await press(`Background. ${written}dults `);
  });

  it('a pause in which there is nothing new costs nothing, and leaves what was suggested in the cache', async () => {
    const textBefore = `${text(3)} Patients were randomly `;
    await complete(textBefore, { maxNewTokens: 16, minNewTokens: 16 });
    const { cachedTokens } = engine;
    const { prefillTokens, reusedTokens } = await engine.prepare({ textBefore, maxNewTokens: 16 });
    assert.deepEqual([prefillTokens, reusedTokens], [0, previous.length]);
    assert.equal(engine.cachedTokens, cachedTokens);
  });
});

import assert from 'node:assert/strict';
import { Engine } from '../../../src/decoder/engine';
import { BadRequest } from '../../../src/decoder/generation/settings';
import { watchParent } from '../../../src/ipc/parentWatch';
import { Scheduler } from '../../../src/decoder/scheduler';
import { Aborted } from '../../../src/decoder/session/session';
import { SpeedMeter } from '../../../src/decoder/speed';
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
        assert.ok(suggested >= 2, `${suggested} suggestions`);
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
        await assert.rejects(engine.complete(params, { signal: controller.signal, onProgress }), Aborted);
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
    const { text, tokens, finishReason } = await engine.describe(
      { term: ' mg/kg“x” ', decoding: { strategy: 'beam', beams: 3 }, stop: { maxNewTokens: 12, minNewTokens: 12 } },
      { onProgress: (progress) => seen.push(progress.text) },
    );
    assert.match(text, /^mg\/kg“x” is\S* ?/);
    assert.ok(tokens > 0);
    assert.equal(finishReason, 'tokenBudget');
    assert.ok(seen.length > 3 && seen.every((progress) => progress.startsWith('mg/kg“x” is')));
  });
});

describe('the scheduler', () => {
  const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  it('runs one job at a time, in order, whatever fails', async () => {
    const scheduler = new Scheduler();
    const events: string[] = [];
    const job = (name: string, fail = false) =>
      scheduler.run(async () => {
        events.push(`${name} begins`);
        await later(5);
        events.push(`${name} ends`);
        if (fail) throw new Error(name);
      });
    const results = await Promise.allSettled([job('a'), job('b', true), job('c')]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(events, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    assert.equal(scheduler.load, 0);
  });

  it('drops a cancelled job that waits', async () => {
    const scheduler = new Scheduler();
    const first = scheduler.run(() => later(20));
    const controller = new AbortController();
    let ran = false;
    const second = scheduler.run(async () => void (ran = true), controller.signal);
    const third = scheduler.run(async () => 'third');
    assert.equal(scheduler.load, 3);
    controller.abort();
    await assert.rejects(second, Aborted);
    assert.equal(scheduler.load, 2);
    await first;
    assert.equal(await third, 'third');
    assert.equal(ran, false);
    await assert.rejects(
      scheduler.run(async () => 1, controller.signal),
      Aborted,
    );
  });
});

describe('the scheduler, in spare time', () => {
  const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  /** A job that goes on until it is told to end. */
  const endless =
    (events: string[], name: string) =>
    (signal: AbortSignal): Promise<never> => {
      events.push(`${name} begins`);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          events.push(`${name} ends`);
          setTimeout(() => reject(new Aborted()), 5);
        });
      });
    };

  it('ends the job that runs for any other, which waits until it is over', async () => {
    const scheduler = new Scheduler();
    const events: string[] = [];
    const filler = scheduler.runInSpareTime(endless(events, 'filler'));
    await later(1);
    const job = scheduler.run(async () => events.push('job'));
    await assert.rejects(filler, Aborted);
    await job;
    assert.deepEqual(events, ['filler begins', 'filler ends', 'job']);
    assert.equal(scheduler.load, 0);
  });

  it('never starts a job for which there is no time', async () => {
    const scheduler = new Scheduler();
    const events: string[] = [];
    const first = scheduler.run(() => later(10));
    const filler = scheduler.runInSpareTime(endless(events, 'filler'));
    const second = scheduler.run(async () => events.push('second'));
    await assert.rejects(filler, Aborted);
    await Promise.all([first, second]);
    assert.deepEqual(events, ['second']);
  });

  it('runs a job behind all others, and the newest alone', async () => {
    const scheduler = new Scheduler();
    const events: string[] = [];
    const running = scheduler.run(() => later(5));
    const replaced = scheduler.runInSpareTime(endless(events, 'replaced'));
    const newest = scheduler.runInSpareTime(async () => events.push('newest'));
    await assert.rejects(replaced, Aborted);
    await Promise.all([running, newest]);
    assert.deepEqual(events, ['newest']);
    await scheduler.run(async () => events.push('job'));
    assert.deepEqual(events, ['newest', 'job']);
  });

  it('ends it with its own signal too', async () => {
    const scheduler = new Scheduler();
    const controller = new AbortController();
    const events: string[] = [];
    const filler = scheduler.runInSpareTime(endless(events, 'filler'), controller.signal);
    await later(1);
    controller.abort();
    await assert.rejects(filler, Aborted);
    assert.deepEqual(events, ['filler begins', 'filler ends']);
    await assert.rejects(scheduler.runInSpareTime(endless(events, 'x'), controller.signal), Aborted);
  });
});

describe('the parent watch', () => {
  it('calls once when the parent is gone', async () => {
    let alive = true;
    let calls = 0;
    watchParent(
      1234,
      () => calls++,
      (pid) => pid === 1234 && alive,
      5,
    );
    await new Promise((resolve) => setTimeout(resolve, 30));
    assert.equal(calls, 0);
    alive = false;
    await new Promise((resolve) => setTimeout(resolve, 40));
    assert.equal(calls, 1);
  });
});

describe('the speed meter', () => {
  it('averages what took time', () => {
    const meter = new SpeedMeter();
    assert.equal(meter.decode, null);
    meter.add({ reusedTokens: 0, prefillTokens: 100, prefillMs: 500, decodedTokens: 11, decodeMs: 1000 });
    assert.deepEqual([meter.prefill, meter.decode], [200, 10]);
    // Two prompt tokens and one new one say nothing.
    meter.add({ reusedTokens: 98, prefillTokens: 2, prefillMs: 500, decodedTokens: 1, decodeMs: 0 });
    assert.deepEqual([meter.prefill, meter.decode], [200, 10]);
    meter.add({ reusedTokens: 0, prefillTokens: 100, prefillMs: 1000, decodedTokens: 11, decodeMs: 500 });
    assert.deepEqual([meter.prefill, meter.decode], [170, 13]);
  });
});

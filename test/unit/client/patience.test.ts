import assert from 'node:assert/strict';
import { withPatience } from '../../../src/client/patience';
import { ProcessEnded } from '../../../src/ipc/processEnd';
import type { CompleteParams, CompleteResult } from '../../../src/protocol/decoder';
import { noTimings } from '../completion/support/scriptedDecoder';

const params: CompleteParams = { textBefore: 'It was ', decoding: { strategy: 'greedy' }, stop: { maxNewTokens: 8 } };
const answer: CompleteResult = { text: 'raised.', tokens: 1, finishReason: 'endOfText', timings: noTimings };
const lost = (): Promise<never> => Promise.reject(new ProcessEnded('decoder', { kind: 'killed', signal: 'SIGKILL' }));

describe('patience with a decoder', () => {
  /** What was asked of the decoder, in order. */
  let asked: string[];
  let pause: Promise<void>;
  let answers: (() => Promise<CompleteResult>)[];

  beforeEach(() => {
    asked = [];
    pause = Promise.resolve();
    answers = [];
  });

  const patient = withPatience({
    async pauseOver(signal) {
      asked.push('pause');
      await pause;
      signal?.throwIfAborted();
    },
    complete: () => {
      asked.push('complete');
      return answers.shift()!();
    },
  });

  it('waits out a pause', async () => {
    answers = [() => Promise.resolve(answer)];
    let over!: () => void;
    pause = new Promise((resolve) => (over = resolve));
    const result = patient.complete(params);
    await Promise.resolve();
    assert.deepEqual(asked, ['pause']);
    over();
    assert.equal(await result, answer);
  });

  it('asks again what a process took along, once', async () => {
    answers = [lost, () => Promise.resolve(answer)];
    assert.equal(await patient.complete(params), answer);
    assert.deepEqual(asked, ['pause', 'complete', 'pause', 'complete']);
    answers = [lost, lost, () => Promise.resolve(answer)];
    await assert.rejects(patient.complete(params), ProcessEnded);
  });

  it('asks nothing again that failed for another reason, or that nobody waits for', async () => {
    answers = [() => Promise.reject(new Error('The model has no task.'))];
    await assert.rejects(patient.complete(params), /no task/);
    assert.deepEqual(asked, ['pause', 'complete']);
    const abort = new AbortController();
    answers = [
      () => {
        abort.abort();
        return lost();
      },
    ];
    await assert.rejects(patient.complete(params, { signal: abort.signal }), { name: 'AbortError' });
    assert.deepEqual(asked.slice(2), ['pause', 'complete']);
  });
});

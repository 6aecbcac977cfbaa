import assert from 'node:assert/strict';
import { phrase } from '../../../../src/modelFolder/phrase';
import { patiently } from '../../../../src/decoder/remote/patience';
import { ServerError, type ServerErrorCode } from '../../../../src/decoder/remote/serverError';

describe('patience with a server', () => {
  const failure = (code: ServerErrorCode, retryAfterMs?: number): ServerError =>
    new ServerError(code, 'gpu', phrase`No.`, phrase`Later.`, retryAfterMs);
  /** Fails with each of the errors in turn, then answers. */
  const after = async (errors: Error[], tries = 5, random = 1): Promise<{ waits: number[]; result: unknown }> => {
    const waits: number[] = [];
    const left = [...errors];
    const job = async (): Promise<string> => {
      const error = left.shift();
      if (error) throw error;
      return 'done';
    };
    const wait = async (ms: number): Promise<void> => void waits.push(ms);
    const result = await patiently(job, { tries, wait, random: () => random }).catch((error: unknown) => error);
    return { waits, result };
  };

  it('waits twice as long each time, as chance has it', async () => {
    const busy = failure('serverBusy');
    assert.deepEqual(await after([busy, busy, busy]), { waits: [1000, 2000, 4000], result: 'done' });
    assert.deepEqual((await after([busy, busy, busy], 5, 0.25)).waits, [250, 500, 1000]);
    const many = new Array<Error>(9).fill(busy);
    assert.equal(Math.max(...(await after(many, 10)).waits), 60_000);
  });

  it('comes back no sooner than it was told', async () => {
    assert.deepEqual((await after([failure('serverBusy', 7000)], 5, 0)).waits, [7000]);
    assert.deepEqual((await after([failure('serverBusy', 7000)], 5, 1)).waits, [8000]);
    assert.deepEqual((await after([failure('serverBusy', 1e9)], 5, 0)).waits, [300_000], 'but not for days');
  });

  it('gives up after so many tries, with what failed last', async () => {
    const errors = [failure('serverBusy'), failure('serverUnreachable'), failure('serverSilent')];
    const { result, waits } = await after(errors, 3);
    assert.equal(result, errors[2]);
    assert.equal(waits.length, 2);
  });

  it('does not try again what another try would meet as well', async () => {
    for (const code of ['serverRefusedKey', 'serverRefused', 'wrongModel', 'serverUnclear', 'serverLacks'] as const) {
      assert.deepEqual((await after([failure(code)])).waits, [], code);
    }
    assert.deepEqual((await after([new Error('A mistake.')])).waits, []);
  });

  it('ends a wait that is cancelled', async () => {
    const controller = new AbortController();
    const job = (): Promise<never> => Promise.reject(failure('serverBusy', 60_000));
    const working = patiently(job, { tries: 2 }, controller.signal);
    setTimeout(() => controller.abort(new Error('Enough.')), 10);
    await assert.rejects(working, /Enough/);
  });
});

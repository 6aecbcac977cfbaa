import assert from 'node:assert/strict';
import { inTime } from '../../../src/client/inTime';
import { type AskServer, ConnectionFailed } from '../../../src/protocol/server';

const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('a server that has to answer in time', () => {
  /** Answers, if at all, in pieces, and then says nothing more. */
  const server =
    (pieces: readonly string[] | null): AskServer =>
    async (_, signal) => {
      if (pieces === null) return never(signal);
      const body = async function* (): AsyncGenerator<string> {
        yield* pieces;
        await never(signal);
      };
      return { status: 200, body: body() };
    };
  const read = async (ask: AskServer, signal = new AbortController().signal): Promise<string> => {
    let text = '';
    for await (const piece of (await ask({ path: 'models' }, signal)).body) text += piece;
    return text;
  };
  const timedOut = (error: unknown): boolean => error instanceof ConnectionFailed && error.reason === 'ETIMEDOUT';

  it('is given up before its first sign of life, and between two', async () => {
    for (const pieces of [null, [], ['{']]) await assert.rejects(read(inTime(server(pieces), () => 20)), timedOut);
  });

  it('is let alone where nobody says how long', async () => {
    const controller = new AbortController();
    const reading = read(
      inTime(server(['{']), () => undefined),
      controller.signal,
    );
    setTimeout(() => controller.abort(new Error('The window was closed.')), 40);
    await assert.rejects(reading, /The window was closed/);
  });

  it('ends with the reason of whoever takes the request back', async () => {
    const controller = new AbortController();
    const reading = read(
      inTime(server(null), () => 10_000),
      controller.signal,
    );
    controller.abort(new Error('The cursor moved.'));
    await assert.rejects(reading, /The cursor moved/);
  });

  it('passes on what it says', async () => {
    const ask: AskServer = async () => ({
      status: 503,
      retryAfterMs: 5,
      body: (async function* () {
        yield 'Loading';
        yield ' model';
      })(),
    });
    const { status, retryAfterMs } = await inTime(ask, () => 1_000)({ path: 'models' }, new AbortController().signal);
    assert.deepEqual([status, retryAfterMs], [503, 5]);
    assert.equal(await read(inTime(ask, () => 1_000)), 'Loading model');
  });
});

import assert from 'node:assert/strict';
import { withLocalModel } from '../../../src/client/localInstead';
import { PATIENCE_MS, RETRY_PAUSES_MS, ServerUse, type LostServer } from '../../../src/client/serverUse';
import { ProcessEnded } from '../../../src/ipc/processEnd';
import type { CompleteParams, CompleteResult, DescribeResult, MineResult } from '../../../src/protocol/decoder';
import type { Failure } from '../../../src/protocol/failure';
import { FakeClock, settle } from '../completion/support/fakeClock';
import { noTimings } from '../completion/support/scriptedDecoder';

const GPU = { host: 'gpu' };
const AWAY: Failure = { code: 'serverUnreachable', details: { host: 'gpu' } };
const REFUSED: Failure = { code: 'serverRefusedKey', details: { host: 'gpu' } };
const [FIRST, SECOND, LATER] = RETRY_PAUSES_MS;

describe('the use of a server', () => {
  let clock: FakeClock;
  let answers: boolean;
  let looked: number;
  let reloads: number;
  let lost: LostServer[];
  let use: ServerUse;

  beforeEach(() => {
    clock = new FakeClock();
    answers = false;
    looked = reloads = 0;
    lost = [];
    use = new ServerUse({
      clock,
      answers: async () => {
        looked++;
        return answers;
      },
      reload: () => void reloads++,
      onLost: (loss) => lost.push(loss),
      onChange: () => undefined,
    });
    use.use(GPU);
  });
  afterEach(() => use.dispose());

  it('gives it up when it fails, says so once, and looks for it again after growing pauses', async () => {
    assert.equal(use.failed(AWAY), true);
    assert.equal(use.current, null);
    assert.equal(use.failed(AWAY), false, 'what several requests meet is one loss');
    for (const [at, pause] of [FIRST, SECOND, LATER, LATER].entries()) {
      await clock.advance(pause - 1);
      assert.equal(looked, at);
      await clock.advance(1);
      assert.equal(looked, at + 1);
    }
    assert.deepEqual([reloads, lost.length], [0, 1]);
    answers = true;
    await clock.advance(LATER);
    assert.deepEqual(use.current, GPU);
    assert.equal(reloads, 1);
  });

  it('forgets what came before only when it has answered', async () => {
    answers = true;
    use.failed(AWAY);
    await clock.advance(FIRST);
    use.failed(AWAY);
    await clock.advance(FIRST);
    assert.equal(use.current, null, 'the second pause is longer');
    await clock.advance(SECOND - FIRST);
    assert.equal(lost.length, 1);
    use.answered();
    use.failed(AWAY);
    assert.equal(lost.length, 2);
    await clock.advance(FIRST);
    assert.deepEqual(use.current, GPU);
  });

  it('waits as long as the server asks for', async () => {
    answers = true;
    use.failed({ code: 'serverBusy', details: { host: 'gpu', retryAfterMs: FIRST + 10_000 } });
    await clock.advance(FIRST);
    assert.equal(looked, 0);
    await clock.advance(10_000);
    assert.equal(looked, 1);
  });

  it('does not try again by itself what somebody has to do something about', async () => {
    use.failed(REFUSED);
    assert.deepEqual(lost, [{ failure: REFUSED, retries: false }]);
    await clock.advance(10 * LATER);
    assert.equal(looked, 0);
    assert.equal(use.reconnect(), true);
    assert.deepEqual(use.current, GPU);
    use.failed(AWAY);
    assert.equal(lost.length, 2);
  });

  it('is of no server where none is named', async () => {
    use.failed(AWAY);
    use.use(null);
    answers = true;
    await clock.advance(LATER);
    assert.deepEqual([use.current, use.lost, use.reconnect(), looked], [null, null, false, 0]);
  });

  describe('by a decoder', () => {
    const params: CompleteParams = {
      textBefore: 'It was ',
      decoding: { strategy: 'greedy' },
      stop: { maxNewTokens: 8 },
    };
    const answer = (text: string, asksModel = true): CompleteResult => ({
      text,
      tokens: 1,
      finishReason: 'endOfText',
      timings: { ...noTimings, decodedTokens: asksModel ? 1 : 0 },
    });
    const failing = (data: Failure): Promise<never> => Promise.reject(Object.assign(new Error(data.code), { data }));
    /** What the model on the server does, in turn; then that of this machine answers. */
    let onServer: (() => Promise<CompleteResult>)[];
    let restarts: number;
    const request = (): Promise<CompleteResult> => onServer.shift()?.() ?? Promise.resolve(answer('here'));
    const decoder = {
      complete: (_: CompleteParams, hooks: { signal?: AbortSignal } = {}): Promise<CompleteResult> =>
        new Promise((resolve, reject) => {
          hooks.signal?.addEventListener('abort', () => reject(hooks.signal!.reason as Error));
          request().then(resolve, reject);
        }),
      describe: async (): Promise<DescribeResult> => ({ ...(await request()), term: 'aspirin' }),
      mine: async (): Promise<MineResult> => ({ ...(await request()), tokens: [], cut: false }),
      restart: () => void restarts++,
    };
    let local: ReturnType<typeof withLocalModel>;
    beforeEach(() => {
      onServer = [];
      restarts = 0;
      local = withLocalModel(decoder, use, clock);
    });

    it('asks this machine for what it fails to answer', async () => {
      for (const failure of [AWAY, REFUSED]) {
        onServer = [() => failing(failure)];
        assert.equal((await local.complete(params)).text, 'here');
        use.reconnect();
      }
      onServer = [() => failing(AWAY)];
      assert.equal((await local.describe({ term: 'aspirin', ...params })).text, 'here');
      use.reconnect();
      onServer = [() => failing(AWAY)];
      assert.equal((await local.mine({ task: 'hoc', source: 'It was' })).text, 'here');
      assert.equal(restarts, 4);
    });

    it('loads the model once for several requests, and asks again what ended with the process', async () => {
      const ended = new ProcessEnded('decoder', { kind: 'exited', code: 0 });
      let end!: () => void;
      const cut = new Promise<never>((_, reject) => (end = () => reject(ended)));
      onServer = [() => cut, () => failing(AWAY), () => failing(AWAY)];
      const texts = Promise.all([local.complete(params), local.complete(params), local.complete(params)]);
      await settle();
      end();
      assert.deepEqual(
        (await texts).map(({ text }) => text),
        ['here', 'here', 'here'],
      );
      assert.equal(restarts, 1);
    });

    it('leaves other failures alone', async () => {
      for (const error of [new ProcessEnded('decoder', { kind: 'exited', code: 1 }), new Error('Not the server.')]) {
        onServer = [() => Promise.reject(error)];
        await assert.rejects(local.complete(params), error);
      }
      use.use(null);
      onServer = [() => failing(AWAY)];
      await assert.rejects(local.complete(params), /serverUnreachable/);
      assert.equal(restarts, 0);
    });

    it('counts as answered only what was asked of the server', async () => {
      use.failed(AWAY);
      answers = true;
      await clock.advance(FIRST);
      onServer = [async () => answer('', false)];
      await local.complete(params);
      use.failed(AWAY);
      await clock.advance(FIRST);
      assert.equal(use.current, null, 'nothing was heard of it since');
      await clock.advance(SECOND);
      onServer = [async () => answer('there')];
      await local.complete(params);
      use.failed(AWAY);
      await clock.advance(FIRST);
      assert.deepEqual(use.current, GPU);
    });

    it('gives up a server that says nothing while somebody types', async () => {
      const key = async (waitMs: number, says?: () => Promise<CompleteResult>): Promise<void> => {
        const controller = new AbortController();
        onServer = [says ?? (() => new Promise<never>(() => undefined))];
        const asked = local.complete(params, { signal: controller.signal }).catch(() => undefined);
        await clock.advance(waitMs);
        controller.abort(new Error('The cursor moved.'));
        await asked;
        onServer = [];
      };
      const keys = PATIENCE_MS / 300;
      for (let i = 0; i < keys - 1; i++) await key(300);
      await key(300, async () => answer('there'));
      for (let i = 0; i < keys - 1; i++) await key(300);
      assert.deepEqual([lost.length, restarts], [0, 0], 'it has said something meanwhile');
      await key(300);
      assert.equal(lost[0]!.failure.code, 'serverSilent');
      assert.equal(restarts, 1);
    });
  });
});

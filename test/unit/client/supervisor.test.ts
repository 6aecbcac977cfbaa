import assert from 'node:assert/strict';
import type {
  CompleteParams,
  CompleteResult,
  DecoderStatus,
  DescribeResult,
  ModelInfo,
  PrepareResult,
} from '../../../src/protocol/decoder';
import type { DecoderProcess } from '../../../src/client/decoder';
import {
  HEALTHY_AFTER_MS,
  RESTART_DELAYS_MS,
  SILENCE_LIMIT_MS,
  Supervisor,
  type DecoderState,
} from '../../../src/client/supervisor';
import { FakeClock, settle } from '../completion/support/fakeClock';
import { noTimings } from '../completion/support/scriptedDecoder';

const model: ModelInfo = {
  name: 'starter',
  modelDir: '/models/starter',
  precision: 'fp16',
  parameters: 1,
  maxPositions: 256,
  backend: 'plain',
  loadMs: 1,
};
const params: CompleteParams = { textBefore: 'It was ', decoding: { strategy: 'greedy' }, stop: { maxNewTokens: 8 } };

/** A process that loads at once, answers when told to and dies when told to. */
class FakeProcess implements DecoderProcess {
  readonly ended: Promise<string>;
  stopped = false;
  prepared = 0;
  private die!: (reason: string) => void;
  private readonly waiting: ((error: Error) => void)[] = [];
  answer: ((text: string) => void) | undefined;

  constructor(private readonly loading: () => Promise<ModelInfo>) {
    this.ended = new Promise((resolve) => (this.die = resolve));
  }

  load(): Promise<ModelInfo> {
    return this.loading();
  }

  complete(): Promise<CompleteResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push(reject);
      this.answer = (text) => resolve({ text, tokens: 1, finishReason: 'endOfText', timings: noTimings });
    });
  }

  prepare(): Promise<PrepareResult> {
    this.prepared++;
    return Promise.reject(new Error('It had something else to do.'));
  }

  describe(): Promise<DescribeResult> {
    return Promise.reject(new Error('not asked for here'));
  }

  status(): Promise<DecoderStatus> {
    return Promise.reject(new Error('not asked for here'));
  }

  stop(): void {
    this.stopped = true;
    this.crash('it was asked to end');
  }

  crash(reason: string): void {
    for (const reject of this.waiting) reject(new Error(`The decoder process ended: ${reason}.`));
    this.die(reason);
  }
}

describe('supervisor', () => {
  let clock: FakeClock;
  let processes: FakeProcess[];
  let states: string[];
  let messages: string[];
  let idleMinutes: number;
  let load: () => Promise<ModelInfo>;
  let supervisor: Supervisor;

  beforeEach(() => {
    clock = new FakeClock();
    processes = [];
    states = [];
    messages = [];
    idleMinutes = 10;
    load = () => Promise.resolve(model);
    supervisor = new Supervisor({
      clock,
      idleMinutes: () => idleMinutes,
      log: () => undefined,
      onStateChange: (state: DecoderState) => states.push(state.kind),
      onGiveUp: (reason) => messages.push(reason),
      launch: () => {
        const process = new FakeProcess(() => load());
        processes.push(process);
        return process;
      },
    });
  });

  const newest = (): FakeProcess => processes[processes.length - 1]!;

  async function complete(): Promise<string> {
    const result = supervisor.complete(params);
    await settle();
    newest().answer?.('raised.');
    return (await result).text;
  }

  it('starts with the first request and keeps the process for the next', async () => {
    assert.equal(processes.length, 0);
    assert.equal(await complete(), 'raised.');
    assert.equal(await complete(), 'raised.');
    assert.equal(processes.length, 1);
    assert.deepEqual(states, ['loading', 'ready', 'generating', 'ready', 'generating', 'ready']);
  });

  it('starts again at once after the first crash, without a message', async () => {
    await complete();
    const lost = supervisor.complete(params);
    await settle();
    newest().crash('it was killed (SIGKILL)');
    await assert.rejects(lost, /it was killed/);
    await settle();
    assert.equal(processes.length, 2);
    assert.equal(supervisor.state.kind, 'ready');
    assert.equal(await complete(), 'raised.');
    assert.deepEqual(messages, []);
  });

  it('waits longer with each crash in a row, then gives up with one message', async () => {
    await complete();
    for (const delay of RESTART_DELAYS_MS) {
      const before = processes.length;
      newest().crash('native code gave up (SIGABRT)');
      await settle();
      if (delay > 0) {
        assert.equal(supervisor.state.kind, 'restarting');
        await assert.rejects(supervisor.complete(params), /starts again in a moment/);
        await clock.advance(delay - 1);
        assert.equal(processes.length, before, `too early, before ${delay} ms`);
        await clock.advance(1);
      }
      assert.equal(processes.length, before + 1);
    }
    newest().crash('native code gave up (SIGABRT)');
    await settle();
    assert.equal(supervisor.state.kind, 'failed');
    await assert.rejects(supervisor.complete(params), /6 times in a row/);
    await assert.rejects(supervisor.complete(params));
    await clock.advance(3_600_000);
    assert.equal(messages.length, 1);
    assert.equal(processes.length, 6);
  });

  it('forgets crashes once a process has lived long enough', async () => {
    await complete();
    for (let crash = 0; crash < 10; crash++) {
      await clock.advance(HEALTHY_AFTER_MS);
      newest().crash('it was killed');
      await settle();
      assert.equal(supervisor.state.kind, 'ready');
    }
    assert.deepEqual(messages, []);
  });

  it('tells once that a model cannot be loaded, and does not try again by itself', async () => {
    load = () => Promise.reject(new Error('model.json is not JSON'));
    await assert.rejects(supervisor.complete(params), /model\.json is not JSON/);
    await settle();
    await assert.rejects(supervisor.complete(params), /could not be loaded: model\.json is not JSON/);
    await clock.advance(3_600_000);
    assert.equal(processes.length, 1);
    assert.equal(processes[0]!.stopped, true);
    assert.equal(messages.length, 1);
  });

  it('works again after a restart is asked for', async () => {
    load = () => Promise.reject(new Error('gone'));
    await assert.rejects(supervisor.complete(params));
    await settle();
    load = () => Promise.resolve(model);
    supervisor.restart();
    await settle();
    assert.equal(await complete(), 'raised.');
  });

  it('asked to restart before anything was needed, starts nothing', async () => {
    supervisor.restart();
    await settle();
    assert.equal(processes.length, 0);
  });

  it('unloads when idle and loads again when needed', async () => {
    await complete();
    await clock.advance(10 * 60_000 - 1);
    assert.equal(supervisor.state.kind, 'ready');
    await clock.advance(1);
    assert.equal(supervisor.state.kind, 'idle');
    assert.equal(processes[0]!.stopped, true);
    assert.equal(await complete(), 'raised.');
    assert.equal(processes.length, 2);
  });

  it('reads ahead with the model that is there: that starts none, and keeps none in memory', async () => {
    const { signal } = new AbortController();
    const reading = { textBefore: 'It was ', maxNewTokens: 32 };
    assert.equal(supervisor.canPrepare, false);
    await supervisor.prepare(reading, signal);
    assert.equal(processes.length, 0);
    await complete();
    assert.equal(supervisor.canPrepare, true);
    for (let minute = 0; minute < 9; minute++) {
      await clock.advance(60_000);
      await supervisor.prepare(reading, signal);
    }
    assert.equal(newest().prepared, 9);
    assert.deepEqual(states, ['loading', 'ready', 'generating', 'ready']);
    await clock.advance(60_000);
    assert.equal(supervisor.state.kind, 'idle');
    assert.equal(supervisor.canPrepare, false);
  });

  it('does not unload during a request, nor when told never to', async () => {
    const slow = supervisor.complete(params);
    await settle();
    await clock.advance(60_000);
    idleMinutes = 0;
    newest().answer?.('raised.');
    await slow;
    await clock.advance(3_600_000);
    assert.equal(supervisor.state.kind, 'ready');
  });

  it('ends a process that has gone silent', async () => {
    const hung = supervisor.complete(params);
    hung.catch(() => undefined);
    await settle();
    await clock.advance(SILENCE_LIMIT_MS);
    await assert.rejects(hung, /ended/);
    assert.equal(processes[0]!.stopped, true);
    assert.equal(processes.length, 2);
  });

  it('has let go of a model folder once the process that had it open is gone', async () => {
    await complete();
    const old = newest();
    let dead!: () => void;
    old.stop = () => {
      old.stopped = true;
      dead = () => old.crash('it ended by itself');
    };
    let released = false;
    const releasing = supervisor.release('/models/starter').then(() => (released = true));
    await settle();
    assert.ok(old.stopped);
    assert.equal(processes.length, 2, 'another one serves meanwhile');
    assert.equal(released, false);
    dead();
    await releasing;
    assert.equal(processes.length, 2);
  });

  it('has nothing to let go of when another model is loaded', async () => {
    await complete();
    await supervisor.release('/models/other');
    assert.equal(processes.length, 1);
    assert.equal(newest().stopped, false);
  });

  it('leaves nothing running or scheduled when disposed of', async () => {
    await complete();
    newest().crash('it was killed');
    await settle();
    newest().crash('it was killed');
    await settle();
    supervisor.dispose();
    await clock.advance(3_600_000);
    assert.equal(processes.length, 2);
    assert.equal(clock.pending, 0);
    await assert.rejects(supervisor.complete(params), /shutting down/);
  });
});

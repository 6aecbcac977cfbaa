import assert from 'node:assert/strict';
import type {
  CompleteParams,
  CompleteResult,
  DecoderStatus,
  DescribeResult,
  KeepTextsParams,
  LoadModelParams,
  MineResult,
  ModelInfo,
  PrepareResult,
} from '../../../src/protocol/decoder';
import {
  type DecoderFailure,
  DecoderUnavailable,
  type DecoderProcess,
  type GenerationHooks,
  type Unavailability,
} from '../../../src/client/decoder';
import { type ProcessEnd, ProcessEnded } from '../../../src/ipc/processEnd';
import {
  HEALTHY_AFTER_ANSWERS,
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
  describes: true,
  loadMs: 1,
};
const params: CompleteParams = { textBefore: 'It was ', decoding: { strategy: 'greedy' }, stop: { maxNewTokens: 8 } };

const KILLED: ProcessEnd = { kind: 'killed', signal: 'SIGKILL' };
const ABORTED: ProcessEnd = { kind: 'killed', signal: 'SIGABRT' };

/** A process that loads at once, answers when told to and dies when told to. */
class FakeProcess implements DecoderProcess {
  readonly ended: Promise<ProcessEnd>;
  stopped = false;
  prepared = 0;
  private die!: (end: ProcessEnd) => void;
  private readonly waiting: ((error: Error) => void)[] = [];
  answer: ((text: string) => void) | undefined;
  /** Whether the model takes part in its answers. */
  asksModel = true;

  constructor(private readonly loading: (model: LoadModelParams) => Promise<ModelInfo>) {
    this.ended = new Promise((resolve) => (this.die = resolve));
  }

  /** The models it was asked to load. */
  readonly asked: LoadModelParams[] = [];

  get loads(): number {
    return this.asked.length;
  }

  load(model: LoadModelParams): Promise<ModelInfo> {
    this.asked.push(model);
    return this.loading(model);
  }

  /** Ends the last completion as a cancellation does, behind its first word. */
  cut!: () => void;

  complete(_params: CompleteParams, { onProgress }: GenerationHooks = {}): Promise<CompleteResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push(reject);
      this.cut = () => {
        onProgress?.({ text: 'raised', tokens: 1 });
        reject(new DOMException('It was cut.', 'AbortError'));
      };
      this.answer = (text) =>
        resolve({
          text,
          tokens: 1,
          finishReason: 'endOfText',
          timings: { ...noTimings, decodedTokens: this.asksModel ? 1 : 0 },
        });
    });
  }

  readonly texts: { sent: string[]; keep: string[] }[] = [];

  keepTexts({ texts, keep }: KeepTextsParams): Promise<null> {
    this.texts.push({ sent: texts.map(({ id }) => id), keep: [...keep] });
    return Promise.resolve(null);
  }

  prepare(): Promise<PrepareResult> {
    this.prepared++;
    return Promise.reject(new Error('It had something else to do.'));
  }

  describe(): Promise<DescribeResult> {
    return Promise.reject(new Error('not asked for here'));
  }

  mine(): Promise<MineResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push(reject);
      this.answer = (text) => resolve({ text, tokens: [], cut: false, finishReason: 'endOfText', timings: noTimings });
    });
  }

  status(): Promise<DecoderStatus> {
    return Promise.reject(new Error('not asked for here'));
  }

  stop(): void {
    this.stopped = true;
    this.crash({ kind: 'exited', code: 0 });
  }

  crash(end: ProcessEnd = KILLED): void {
    for (const reject of this.waiting) reject(new ProcessEnded('decoder', end));
    this.die(end);
  }
}

describe('supervisor', () => {
  let clock: FakeClock;
  let processes: FakeProcess[];
  let states: string[];
  let failures: DecoderFailure[];
  let choices: LoadModelParams[];
  let refusals: [LoadModelParams, unknown][];
  let idleMinutes: number;
  let load: (model: LoadModelParams) => Promise<ModelInfo>;
  let supervisor: Supervisor;

  beforeEach(() => {
    clock = new FakeClock();
    processes = [];
    states = [];
    failures = [];
    choices = [{ modelDir: '/models/starter' }];
    refusals = [];
    idleMinutes = 10;
    load = () => Promise.resolve(model);
    supervisor = new Supervisor({
      clock,
      idleMinutes: () => idleMinutes,
      log: () => undefined,
      onStateChange: (state: DecoderState) => states.push(state.kind),
      onGiveUp: (failure) => failures.push(failure),
      launch: () => {
        const process = new FakeProcess((model) => load(model));
        processes.push(process);
        return process;
      },
      models: {
        choose: () => Promise.resolve(choices[0]!),
        refused: (model, error) => {
          refusals.push([model, error]);
          if (choices.length > 1) choices.shift();
          return choices[0] !== model;
        },
      },
    });
  });

  it('sends each process the texts it has to keep, each once', async () => {
    const [a, b] = ['a', 'b'].map((id) => ({ id, text: `text ${id}` }));
    supervisor.keepTexts([a!]);
    const answer = supervisor.complete(params);
    await settle();
    assert.deepEqual(newest().texts, [{ sent: ['a'], keep: ['a'] }]);
    supervisor.keepTexts([a!, b!]);
    assert.deepEqual(newest().texts.slice(1), [{ sent: ['b'], keep: ['a', 'b'] }]);
    newest().answer?.('raised.');
    await answer;
    newest().crash();
    await settle();
    await clock.advance(RESTART_DELAYS_MS[0]);
    await settle();
    assert.deepEqual(
      newest().texts.map(({ sent }) => sent[0]),
      ['a', 'b'],
    );
  });

  it('reads nothing ahead with a model on a server', async () => {
    load = () => Promise.resolve({ ...model, server: { host: 'gpu', lacks: [] } });
    assert.equal((await supervisor.loaded()).server?.host, 'gpu');
    assert.deepEqual([states.at(-1), supervisor.canPrepare], ['ready', false]);
    load = () => Promise.resolve(model);
    supervisor.restart();
    assert.equal((await supervisor.loaded()).server, undefined);
    assert.equal(supervisor.canPrepare, true);
  });

  it('tells which model is loaded, of the process that takes the place of another one', async () => {
    let end!: () => void;
    load = () => new Promise((_, reject) => (end = () => reject(new ProcessEnded('decoder', KILLED))));
    const loaded = supervisor.loaded();
    await settle();
    load = () => Promise.resolve({ ...model, name: 'another' });
    supervisor.restart();
    end();
    assert.equal((await loaded).name, 'another');
  });

  const newest = (): FakeProcess => processes[processes.length - 1]!;

  async function unavailable(why: Unavailability): Promise<void> {
    await assert.rejects(supervisor.complete(params), (error) => {
      assert.ok(error instanceof DecoderUnavailable, String(error));
      assert.deepEqual(error.why, why);
      return true;
    });
  }

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
    newest().crash();
    await assert.rejects(lost, /it was killed/);
    await settle();
    assert.equal(processes.length, 2);
    assert.equal(supervisor.state.kind, 'ready');
    assert.equal(await complete(), 'raised.');
    assert.deepEqual(failures, []);
  });

  it('waits longer with each crash in a row, then gives up with one message', async () => {
    await complete();
    for (const delay of RESTART_DELAYS_MS) {
      const before = processes.length;
      newest().crash(ABORTED);
      await settle();
      if (delay > 0) {
        assert.equal(supervisor.state.kind, 'restarting');
        await unavailable({ code: 'restarting', end: ABORTED });
        await clock.advance(delay - 1);
        assert.equal(processes.length, before, `too early, before ${delay} ms`);
        await clock.advance(1);
      }
      assert.equal(processes.length, before + 1);
    }
    newest().crash(ABORTED);
    await settle();
    assert.equal(supervisor.state.kind, 'failed');
    await unavailable({ code: 'failed', failure: { code: 'endedRepeatedly', times: 6, end: ABORTED } });
    await assert.rejects(supervisor.complete(params));
    await clock.advance(3_600_000);
    assert.equal(failures.length, 1);
    assert.equal(processes.length, 6);
  });

  it('tells when a pause after a crash is over, or no longer waited for', async () => {
    await complete();
    await supervisor.pauseOver();
    newest().crash(ABORTED);
    await settle();
    newest().crash(ABORTED);
    await settle();
    assert.equal(supervisor.state.kind, 'restarting');
    const abort = new AbortController();
    const given = supervisor.pauseOver(abort.signal);
    abort.abort();
    await assert.rejects(given, { name: 'AbortError' });
    let over = false;
    const waited = supervisor.pauseOver().then(() => (over = true));
    await clock.advance(RESTART_DELAYS_MS[1] - 1);
    assert.equal(over, false);
    await clock.advance(1);
    await waited;
    newest().crash(ABORTED);
    await settle();
    const disposed = supervisor.pauseOver();
    await supervisor.dispose();
    await disposed;
  });

  it('forgets crashes once a process has lived long enough', async () => {
    for (let crash = 0; crash < 10; crash++) {
      await complete();
      await clock.advance(HEALTHY_AFTER_MS);
      newest().crash();
      await settle();
      assert.equal(supervisor.state.kind, 'ready');
    }
    assert.deepEqual(failures, []);
  });

  it('gives up on processes that end at their first request, however long they have waited for it', async () => {
    await complete();
    for (const delay of [...RESTART_DELAYS_MS, 0]) {
      await clock.advance(2 * HEALTHY_AFTER_MS);
      supervisor.complete(params).catch(() => undefined);
      await settle();
      newest().crash();
      await settle();
      await clock.advance(delay);
    }
    assert.deepEqual(
      failures.map(({ code }) => code),
      ['endedRepeatedly'],
    );
  });

  it('gives up on processes whose model never answers, however many requests need none', async () => {
    for (const delay of [...RESTART_DELAYS_MS, 0]) {
      for (let answer = 0; answer < 2 * HEALTHY_AFTER_ANSWERS; answer++) {
        const answered = supervisor.complete(params);
        await settle();
        newest().asksModel = false;
        newest().answer?.('');
        await answered;
      }
      newest().crash();
      await settle();
      await clock.advance(delay);
    }
    assert.equal(failures.length, 1);
  });

  it('forgets crashes once a process has answered often enough, however soon it ends', async () => {
    for (let crash = 0; crash < 20; crash++) {
      for (let answer = 0; answer < HEALTHY_AFTER_ANSWERS; answer++) await complete();
      newest().crash();
      await settle();
      assert.equal(supervisor.state.kind, 'ready');
    }
    assert.deepEqual(failures, []);
  });

  it('takes an answer that was cut short for one', async () => {
    for (let crash = 0; crash < 20; crash++) {
      for (let answer = 0; answer < HEALTHY_AFTER_ANSWERS; answer++) {
        const cut = supervisor.complete(params, { onProgress: () => undefined });
        await settle();
        newest().cut();
        await assert.rejects(cut, { name: 'AbortError' });
      }
      newest().crash();
      await settle();
      assert.equal(supervisor.state.kind, 'ready');
    }
  });

  it('counts the crashes of processes that answered less often', async () => {
    for (let crash = 0; crash < 2; crash++) {
      for (let answer = 1; answer < HEALTHY_AFTER_ANSWERS; answer++) await complete();
      newest().crash();
      await settle();
    }
    assert.equal(supervisor.state.kind, 'restarting');
  });

  it('tells once that a model cannot be loaded, and does not try again by itself', async () => {
    const error = new Error('model.json is not JSON');
    load = () => Promise.reject(error);
    await assert.rejects(supervisor.complete(params), /model\.json is not JSON/);
    await settle();
    await unavailable({ code: 'failed', failure: { code: 'modelRefused', error } });
    await clock.advance(3_600_000);
    assert.equal(processes.length, 1);
    assert.equal(processes[0]!.stopped, true);
    assert.equal(failures.length, 1);
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

  it('loads the model before anybody asks, once, and not against a failure', async () => {
    supervisor.preload();
    supervisor.preload();
    await settle();
    assert.equal(supervisor.state.kind, 'ready');
    await complete();
    assert.equal(processes.length, 1);
    await supervisor.dispose();
    supervisor.preload();
    assert.equal(processes.length, 1);
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
      dead = () => old.crash({ kind: 'exited', code: 0 });
    };
    let held = false;
    const holding = supervisor.hold('/models/starter').then((letGo) => {
      held = true;
      return letGo;
    });
    await settle();
    assert.ok(old.stopped);
    assert.equal(held, false, 'the process is still there');
    dead();
    const letGo = await holding;

    // The folder stays closed as long as it is held; a request waits.
    assert.equal(newest().loads, 0);
    const waiting = supervisor.complete(params);
    await settle();
    assert.equal(newest().loads, 0);
    assert.equal(supervisor.state.kind, 'loading');
    letGo();
    await settle();
    assert.equal(newest().loads, 1);
    newest().answer?.('raised.');
    assert.equal((await waiting).text, 'raised.');
  });

  it('loads what is chosen once a folder is no longer held', async () => {
    const letGo = await supervisor.hold('/models/starter');
    const waiting = supervisor.complete(params);
    await settle();
    choices = [{ modelDir: '/models/other' }];
    letGo();
    await settle();
    assert.deepEqual(newest().asked, [{ modelDir: '/models/other' }]);
    newest().answer?.('raised.');
    await waiting;
  });

  it('has nothing to let go of when another model is loaded', async () => {
    await complete();
    (await supervisor.hold('/models/other'))();
    assert.equal(processes.length, 1);
    assert.equal(newest().stopped, false);
  });

  it('loads the model that is chosen in place of one that the decoder refuses, in the same process', async () => {
    const refused = { modelDir: '/models/odd' };
    choices = [refused, { modelDir: '/models/starter' }];
    const odd = new Error('The graph is odd.');
    load = ({ modelDir }) => (modelDir === '/models/odd' ? Promise.reject(odd) : Promise.resolve(model));
    assert.equal(await complete(), 'raised.');
    assert.deepEqual(refusals, [[refused, odd]]);
    assert.equal(processes.length, 1);
    assert.deepEqual(failures, []);
  });

  it('leaves the next model to the next process when one ends over a model', async () => {
    const deadly = { modelDir: '/models/odd' };
    choices = [deadly, { modelDir: '/models/starter' }];
    load = async ({ modelDir }) => {
      if (modelDir !== '/models/odd') return model;
      newest().crash();
      throw new ProcessEnded('decoder', KILLED);
    };
    await assert.rejects(supervisor.complete(params), ProcessEnded);
    await settle();
    assert.equal(processes.length, 2);
    assert.deepEqual(newest().asked, [{ modelDir: '/models/starter' }]);
    assert.equal(refusals.length, 1);
  });

  it('does not blame a model for a process that was told to end', async () => {
    let lose!: (error: Error) => void;
    load = () => new Promise((_, reject) => (lose = reject));
    const lost = supervisor.complete(params);
    await settle();
    await supervisor.unload();
    lose(new ProcessEnded('decoder', KILLED));
    await assert.rejects(lost, ProcessEnded);
    assert.deepEqual(refusals, []);
  });

  it('follows a change of the idle time at once, counting the time that has passed', async () => {
    await complete();
    await clock.advance(4 * 60_000);
    idleMinutes = 5;
    supervisor.settingsChanged();
    await clock.advance(60_000 - 1);
    assert.equal(supervisor.state.kind, 'ready');
    await clock.advance(1);
    assert.equal(supervisor.state.kind, 'idle');

    await complete();
    idleMinutes = 0;
    supervisor.settingsChanged();
    await clock.advance(3_600_000);
    assert.equal(states.at(-1), 'ready', 'never');
    idleMinutes = 1;
    supervisor.settingsChanged();
    await clock.advance(0);
    assert.equal(states.at(-1), 'idle', 'longer ago than that');
  });

  it('is disposed of once its process is gone', async () => {
    await complete();
    const old = newest();
    old.stop = () => undefined;
    let gone = false;
    const disposing = supervisor.dispose().then(() => (gone = true));
    await settle();
    assert.equal(gone, false);
    old.crash({ kind: 'exited', code: 0 });
    await disposing;
  });

  it('leaves nothing running or scheduled when disposed of', async () => {
    await complete();
    newest().crash();
    await settle();
    newest().crash();
    await settle();
    await supervisor.dispose();
    await clock.advance(3_600_000);
    assert.equal(processes.length, 2);
    assert.equal(clock.pending, 0);
    await unavailable({ code: 'shuttingDown' });
  });
});

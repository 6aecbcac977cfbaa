import { describeEnd, type ProcessEnd, ProcessEnded } from '../ipc/processEnd';
import type {
  CompleteParams,
  CompleteResult,
  DecoderStatus,
  DescribeParams,
  DescribeResult,
  GenerationTimings,
  KeptText,
  LoadModelParams,
  MineParams,
  MineResult,
  ModelInfo,
  PrepareParams,
} from '../protocol/decoder';
import {
  type Decoder,
  type DecoderFailure,
  type DecoderProcess,
  DecoderUnavailable,
  type GenerationHooks,
  type MiningDecoder,
} from './decoder';

/** Time, so that tests can turn the hands themselves. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Calls back once after `ms`; the returned function takes the appointment back. */
  after(ms: number, callback: () => void): () => void;
}

export type DecoderState =
  | { kind: 'idle' }
  | { kind: 'loading' }
  | { kind: 'ready'; model: ModelInfo }
  | { kind: 'generating'; model: ModelInfo }
  /** Ended unexpectedly; starts again by itself in `retryInMs`. */
  | { kind: 'restarting'; end: ProcessEnd; retryInMs: number }
  /** Given up until someone asks for a restart. */
  | { kind: 'failed'; failure: DecoderFailure };

/** Which model is loaded. */
export interface ModelChooser {
  /** The model to load now. */
  choose(): Promise<LoadModelParams>;
  /**
   * Told that a decoder could not load a model: it refused it, or ended over it.
   * @returns whether another one is to be chosen in its place
   */
  refused(model: LoadModelParams, error: unknown): boolean;
}

export interface SupervisorOptions {
  /** Starts a fresh decoder process. */
  launch(): DecoderProcess;
  models: ModelChooser;
  clock: Clock;
  /** Minutes without a request after which the process ends; 0: never. After a change call `settingsChanged`. */
  idleMinutes(): number;
  log(line: string): void;
  onStateChange(state: DecoderState): void;
  /** Called when the supervisor gives up: at most once until `restart`. */
  onGiveUp(failure: DecoderFailure): void;
}

/** Waits before the first, second, … restart in a row; after the last one the supervisor gives up. */
export const RESTART_DELAYS_MS = [0, 500, 2_000, 8_000, 30_000] as const;

/**
 * A process that has answered and lived this long with its model is healthy: what came before is forgotten. Without an
 * answer its time proves nothing: its model may end it at the first request.
 */
export const HEALTHY_AFTER_MS = 60_000;

/** So is one that answered this often: whatever ended it isn't waiting for the next one. */
export const HEALTHY_AFTER_ANSWERS = 5;

/** A request that shows no sign of life for this long is taken for a hang. */
export const SILENCE_LIMIT_MS = 120_000;

/** One process, from its launch to its end. */
interface Instance {
  process: DecoderProcess;
  /** Settles with the model once it is loaded; handled, so a rejection nobody awaits is silent. */
  loaded: Promise<ModelInfo>;
  model: ModelInfo | null;
  readyAt: number;
  /**
   * Requests that its model has answered, or had begun to when they were cancelled; one may be answered without asking it,
   * as for a text without words.
   */
  answers: number;
  /** Ids of the texts that it has been sent. */
  texts: Set<string>;
}

/**
 * Keeps one decoder process going: starts it when it is first needed, ends it when it is idle,
 * starts it again after a crash with growing pauses, and gives up when crashes follow one another.
 */
export class Supervisor implements Decoder, MiningDecoder {
  private instance: Instance | null = null;
  private current: DecoderState = { kind: 'idle' };
  private crashesInARow = 0;
  private running = 0;
  private cancelRetry: (() => void) | null = null;
  private cancelIdle: (() => void) | null = null;
  private cancelWatch: (() => void) | null = null;
  private disposed = false;
  /** Told when the last request has ended. */
  private waiting: (() => void)[] = [];
  /** Told when a pause after a crash is over. */
  private pausing: (() => void)[] = [];
  private texts: readonly KeptText[] = [];
  /** When the last request ended, while none runs. */
  private idleSince = 0;
  /** Processes that were told to end and have not yet. */
  private readonly ending = new Set<Promise<ProcessEnd>>();
  private readonly stopped = new WeakSet<DecoderProcess>();
  private readonly ends = new WeakMap<DecoderProcess, ProcessEnd>();
  /** Model folders that must stay closed, and when that is over. */
  private readonly held = new Map<string, Promise<void>>();

  constructor(private readonly options: SupervisorOptions) {}

  get state(): DecoderState {
    return this.current;
  }

  complete(params: CompleteParams, hooks?: GenerationHooks): Promise<CompleteResult> {
    return this.use((process, watched) => process.complete(params, watched), hooks);
  }

  describe(params: DescribeParams, hooks?: GenerationHooks): Promise<DescribeResult> {
    return this.use((process, watched) => process.describe(params, watched), hooks);
  }

  mine(params: MineParams, hooks?: GenerationHooks): Promise<MineResult> {
    return this.use((process, watched) => process.mine(params, watched), hooks);
  }

  /** Nothing of a text that nobody has asked about goes to a server. */
  get canPrepare(): boolean {
    return this.current.kind === 'ready' && this.current.model.server === undefined;
  }

  /** Loads the model, where none is loaded, and tells which one it is. @throws as requests do */
  async loaded(): Promise<ModelInfo> {
    for (;;) {
      try {
        const { loaded } = await this.ready(undefined);
        return await loaded;
      } catch (error) {
        // Of a process that was ended another one has taken the place.
        if (!(error instanceof ProcessEnded) || this.instance === null) throw error;
      }
    }
  }

  /** Loads the model before anybody asks, where none is loaded and nothing stands against it. */
  preload(): void {
    if (this.current.kind === 'idle' && !this.disposed) this.start();
  }

  /**
   * Reads a text ahead, if a model is loaded. It counts as no use: the model still leaves memory when it is
   * idle, and the state stays `ready`.
   */
  async prepare(params: PrepareParams, signal: AbortSignal): Promise<void> {
    if (!this.instance?.model) return;
    // Nobody waits for it, and the request it was meant for will meet the same failure and tell of it.
    await this.instance.process.prepare(params, signal).catch(() => undefined);
  }

  /** Has every process that runs from now on keep these texts, and no others. */
  keepTexts(texts: readonly KeptText[]): void {
    this.texts = texts;
    if (this.instance?.model) this.sendTexts(this.instance);
  }

  /** The process' own report; null when none runs with a model (asking never starts one). */
  async status(): Promise<DecoderStatus | null> {
    return this.instance?.model ? this.instance.process.status() : null;
  }

  /** Starts over with a clean slate: after a failure, a new model, new settings. */
  restart(): void {
    this.crashesInARow = 0;
    const wanted = this.current.kind !== 'idle' && !this.disposed;
    this.end();
    if (wanted) this.start();
  }

  /**
   * Lets go of a model folder, and keeps it closed until the returned function is called: it is about to be replaced or
   * removed, and Windows moves no folder with a mapped file. Resolves once no process of ours has it open. A request that
   * needs it waits meanwhile.
   */
  async hold(modelDir: string): Promise<() => void> {
    let release!: () => void;
    const over = new Promise<void>((resolve) => (release = resolve));
    this.held.set(modelDir, over);
    // What is being loaded may have been chosen before.
    if (this.instance && (!this.instance.model || this.instance.model.modelDir === modelDir)) this.restart();
    await Promise.all(this.ending);
    return () => {
      if (this.held.get(modelDir) === over) this.held.delete(modelDir);
      release();
    };
  }

  /** Follows a change of `idleMinutes`; the time that has passed counts. */
  settingsChanged(): void {
    this.scheduleIdle();
  }

  /** Ends the process; the next request starts it again. Resolves once it is gone. */
  async unload(): Promise<void> {
    this.end();
    this.setState({ kind: 'idle' });
    await Promise.all(this.ending);
  }

  /** Resolves once no pause after a crash keeps requests waiting; rejects with the signal's reason. */
  async pauseOver(signal?: AbortSignal): Promise<void> {
    while (this.current.kind === 'restarting' && !this.disposed) {
      signal?.throwIfAborted();
      await new Promise<void>((resolve) => {
        this.pausing.push(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    signal?.throwIfAborted();
  }

  /** Resolves when no request runs; at once where none does. */
  async quiet(): Promise<void> {
    while (this.running > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Ends the process for good; resolves once it is gone. */
  async dispose(): Promise<void> {
    this.disposed = true;
    for (const resolve of this.pausing.splice(0)) resolve();
    this.end();
    await Promise.all(this.ending);
  }

  private async use<R extends { timings: GenerationTimings }>(
    request: (process: DecoderProcess, hooks: GenerationHooks) => Promise<R>,
    hooks: GenerationHooks = {},
  ): Promise<R> {
    const instance = await this.ready(hooks.signal);
    this.running++;
    this.cancelIdle?.();
    this.cancelIdle = null;
    this.showActivity();
    this.watch();
    let writes = false;
    try {
      const answer = await request(instance.process, {
        ...hooks,
        onProgress: (progress) => {
          writes = true;
          this.watch();
          hooks.onProgress?.(progress);
        },
      });
      if (hasAskedModel(answer)) instance.answers++;
      return answer;
    } catch (error) {
      // Who types fast cancels nearly all of them.
      if (writes && !(error instanceof ProcessEnded)) instance.answers++;
      throw error;
    } finally {
      this.running--;
      if (this.running === 0) for (const resolve of this.waiting.splice(0)) resolve();
      this.watch();
      this.showActivity();
      this.idleFromNow();
    }
  }

  private async ready(signal: AbortSignal | undefined): Promise<Instance> {
    if (this.disposed) throw new DecoderUnavailable({ code: 'shuttingDown' });
    if (this.current.kind === 'failed') {
      throw new DecoderUnavailable({ code: 'failed', failure: this.current.failure });
    }
    if (this.current.kind === 'restarting') {
      throw new DecoderUnavailable({ code: 'restarting', end: this.current.end });
    }
    const instance = this.instance ?? this.start();
    await instance.loaded;
    signal?.throwIfAborted();
    return instance;
  }

  private start(): Instance {
    this.cancelRetry?.();
    this.cancelRetry = null;
    const process = this.options.launch();
    const instance: Instance = {
      process,
      loaded: this.load(process),
      model: null,
      readyAt: 0,
      answers: 0,
      texts: new Set(),
    };
    this.instance = instance;
    this.setState({ kind: 'loading' });
    instance.loaded.then(
      (model) => {
        if (this.instance !== instance) return;
        instance.model = model;
        instance.readyAt = this.options.clock.now();
        this.sendTexts(instance);
        const where = model.server ? `on ${model.server.host}` : model.precision;
        this.options.log(`Loaded ${model.name} (${where}) in ${Math.round(model.loadMs)} ms.`);
        this.showActivity();
        this.idleFromNow();
      },
      (error: unknown) => {
        // The end of the process is dealt with where it is noticed; here the decoder refused the model.
        setImmediate(() => {
          if (this.instance !== instance) return;
          this.end();
          this.giveUp({ code: 'modelRefused', error });
        });
      },
    );
    process.ended.then(
      async (end) => {
        this.ends.set(process, end);
        // Whether it ended over its model is to be known before another one is chosen.
        await instance.loaded.catch(() => undefined);
        this.onEnd(instance, end);
      },
      () => undefined,
    );
    return instance;
  }

  /** One by one: a long message would keep this process busy. */
  private sendTexts({ process, texts }: Instance): void {
    const keep = this.texts.map(({ id }) => id);
    for (const text of this.texts) {
      if (texts.has(text.id)) continue;
      texts.add(text.id);
      // Whoever needs the process will meet the same failure and tell of it.
      process.keepTexts({ texts: [text], keep }).catch(() => undefined);
    }
    for (const id of texts) if (!keep.includes(id)) texts.delete(id);
  }

  /** Loads the chosen model; where the decoder refuses it, the one that is chosen in its place. */
  private async load(process: DecoderProcess): Promise<ModelInfo> {
    for (;;) {
      const model = await this.chooseOpenable();
      const end = this.ends.get(process);
      if (end) throw new ProcessEnded('decoder', end);
      try {
        return await process.load(model);
      } catch (error) {
        // A process that was told to end says nothing about its model.
        if (this.stopped.has(process)) throw error;
        const another = this.options.models.refused(model, error);
        if (!another || error instanceof ProcessEnded) throw error;
      }
    }
  }

  private async chooseOpenable(): Promise<LoadModelParams> {
    for (;;) {
      const model = await this.options.models.choose();
      const over = this.held.get(model.modelDir);
      if (!over) return model;
      // What is chosen may be another afterwards.
      await over;
    }
  }

  private onEnd(instance: Instance, end: ProcessEnd): void {
    if (this.instance !== instance) return;
    this.instance = null;
    this.cancelIdle?.();
    this.cancelIdle = null;
    const { clock, log } = this.options;
    if (wasHealthy(instance, clock.now())) this.crashesInARow = 0;
    const delay = RESTART_DELAYS_MS[this.crashesInARow++];
    log(`The decoder ended unexpectedly: ${describeEnd(end)}.`);
    if (delay === undefined) {
      this.giveUp({ code: 'endedRepeatedly', times: this.crashesInARow, end });
      return;
    }
    // Without a pause the next request would find nothing amiss; start at once so that it finds a model.
    if (delay === 0) {
      this.start();
      return;
    }
    log(`It starts again in ${delay} ms.`);
    this.setState({ kind: 'restarting', end, retryInMs: delay });
    this.cancelRetry = clock.after(delay, () => this.start());
  }

  private giveUp(failure: DecoderFailure): void {
    const why = failure.code === 'modelRefused' ? messageOf(failure.error) : describeEnd(failure.end);
    this.options.log(`The decoder is given up (${failure.code}): ${why}`);
    this.setState({ kind: 'failed', failure });
    this.options.onGiveUp(failure);
  }

  private end(): void {
    this.cancelRetry?.();
    this.cancelIdle?.();
    this.cancelWatch?.();
    this.cancelRetry = this.cancelIdle = this.cancelWatch = null;
    const instance = this.instance;
    this.instance = null;
    if (!instance) return;
    const { ended } = instance.process;
    this.stopped.add(instance.process);
    this.ending.add(ended);
    ended.then(
      () => this.ending.delete(ended),
      () => undefined,
    );
    instance.process.stop();
  }

  private showActivity(): void {
    const model = this.instance?.model;
    if (model) this.setState({ kind: this.running > 0 ? 'generating' : 'ready', model });
  }

  private setState(state: DecoderState): void {
    if (state.kind === this.current.kind && state.kind !== 'failed' && state.kind !== 'restarting') return;
    this.current = state;
    for (const resolve of this.pausing.splice(0)) resolve();
    if (!this.disposed) this.options.onStateChange(state);
  }

  private idleFromNow(): void {
    this.idleSince = this.options.clock.now();
    this.scheduleIdle();
  }

  private scheduleIdle(): void {
    this.cancelIdle?.();
    this.cancelIdle = null;
    const minutes = this.options.idleMinutes();
    if (minutes <= 0 || this.running > 0 || !this.instance?.model) return;
    const { clock, log } = this.options;
    const left = this.idleSince + minutes * 60_000 - clock.now();
    this.cancelIdle = clock.after(Math.max(0, left), () => {
      log(`Unloaded the model after ${minutes} idle minutes.`);
      // What is still to be awaited ends by itself.
      this.unload().catch(() => undefined);
    });
  }

  /**
   * Notes a sign of life. While requests run the next one must come in time, or the process is ended;
   * its end is then handled like a crash. Any request's sign counts: the others wait in its queue.
   */
  private watch(): void {
    this.cancelWatch?.();
    this.cancelWatch = null;
    const process = this.instance?.process;
    if (!process || this.running === 0) return;
    this.cancelWatch = this.options.clock.after(SILENCE_LIMIT_MS, () => {
      this.options.log(`The decoder has not answered for ${SILENCE_LIMIT_MS / 1000} s; ending it.`);
      process.stop();
    });
  }
}

function wasHealthy({ model, readyAt, answers }: Instance, now: number): boolean {
  if (model === null || answers === 0) return false;
  return now - readyAt >= HEALTHY_AFTER_MS || answers >= HEALTHY_AFTER_ANSWERS;
}

function hasAskedModel({ timings }: { timings: GenerationTimings }): boolean {
  return timings.prefillTokens + timings.decodedTokens > 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

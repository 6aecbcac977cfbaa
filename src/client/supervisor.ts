import type {
  CompleteParams,
  CompleteResult,
  DecoderStatus,
  DescribeParams,
  DescribeResult,
  ModelInfo,
  PrepareParams,
} from '../protocol/decoder';
import type { Clock } from '../completion/clock';
import type { Reader } from '../completion/readAhead';
import { Cancelled } from '../ipc/rpcProcess';
import { DecoderUnavailable, type Decoder, type DecoderProcess, type GenerationHooks } from './decoder';

export type DecoderState =
  | { kind: 'idle' }
  | { kind: 'loading' }
  | { kind: 'ready'; model: ModelInfo }
  | { kind: 'generating'; model: ModelInfo }
  /** Ended unexpectedly; starts again by itself in `retryInMs`. */
  | { kind: 'restarting'; reason: string; retryInMs: number }
  /** Given up until someone asks for a restart. */
  | { kind: 'failed'; reason: string };

export interface SupervisorOptions {
  /** Starts a fresh decoder process. */
  launch(): DecoderProcess;
  clock: Clock;
  /** Minutes without a request after which the process ends; 0: never. Read at each use. */
  idleMinutes(): number;
  log(line: string): void;
  onStateChange(state: DecoderState): void;
  /** Called when the supervisor gives up: at most once until `restart`. */
  onGiveUp(reason: string): void;
}

/** Waits before the first, second, … restart in a row; after the last one the supervisor gives up. */
export const RESTART_DELAYS_MS = [0, 500, 2_000, 8_000, 30_000] as const;

/** A process that lived this long with its model is healthy: what came before is forgotten. */
export const HEALTHY_AFTER_MS = 60_000;

/** A request that shows no sign of life for this long is taken for a hang. */
export const SILENCE_LIMIT_MS = 120_000;

/** One process, from its launch to its end. */
interface Life {
  process: DecoderProcess;
  /** Settles with the model once it is loaded; handled, so a rejection nobody awaits is silent. */
  loaded: Promise<ModelInfo>;
  model: ModelInfo | null;
  readyAt: number;
}

/**
 * Keeps one decoder process going: starts it when it is first needed, ends it when it is idle,
 * starts it again after a crash with growing pauses, and gives up when crashes follow one another.
 */
export class Supervisor implements Decoder, Reader {
  private life: Life | null = null;
  private current: DecoderState = { kind: 'idle' };
  private crashesInARow = 0;
  private running = 0;
  private cancelRetry: (() => void) | null = null;
  private cancelIdle: (() => void) | null = null;
  private cancelWatch: (() => void) | null = null;
  private disposed = false;
  /** Processes that were told to end and have not yet. */
  private readonly ending = new Set<Promise<string>>();

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

  get canPrepare(): boolean {
    return this.current.kind === 'ready';
  }

  /**
   * Reads a text ahead, if a model is loaded. It counts as no use: the model still leaves memory when it is
   * idle, and the state stays `ready`.
   */
  async prepare(params: PrepareParams, signal: AbortSignal): Promise<void> {
    if (!this.life?.model) return;
    // Nobody waits for it, and the request it was meant for will meet the same failure and tell of it.
    await this.life.process.prepare(params, signal).catch(() => undefined);
  }

  /** The process' own report; null when none runs with a model (asking never starts one). */
  async status(): Promise<DecoderStatus | null> {
    return this.life?.model ? this.life.process.status() : null;
  }

  /** Starts over with a clean slate: after a failure, a new model, new settings. */
  restart(): void {
    this.crashesInARow = 0;
    const wanted = this.current.kind !== 'idle';
    this.end();
    if (wanted) this.start();
  }

  /**
   * Resolves once no process of ours has this model folder open any more. Whoever asks has seen to it that
   * another model is chosen.
   */
  async release(modelDir: string): Promise<void> {
    // What is being loaded may have been chosen before.
    if (this.life && (!this.life.model || this.life.model.modelDir === modelDir)) this.restart();
    await Promise.all(this.ending);
  }

  /** Ends the process; the next request starts it again. */
  unload(): void {
    this.end();
    this.setState({ kind: 'idle' });
  }

  dispose(): void {
    this.disposed = true;
    this.end();
  }

  private async use<R>(
    request: (process: DecoderProcess, hooks: GenerationHooks) => Promise<R>,
    hooks: GenerationHooks = {},
  ): Promise<R> {
    const { process } = await this.ready(hooks.signal);
    this.running++;
    this.cancelIdle?.();
    this.cancelIdle = null;
    this.showActivity();
    this.watch();
    try {
      return await request(process, {
        ...hooks,
        onProgress: (progress) => {
          this.watch();
          hooks.onProgress?.(progress);
        },
      });
    } finally {
      this.running--;
      this.watch();
      this.showActivity();
      this.scheduleIdle();
    }
  }

  private async ready(signal: AbortSignal | undefined): Promise<Life> {
    if (this.disposed) throw new DecoderUnavailable('BioGPT Writer is shutting down.');
    if (this.current.kind === 'failed') throw new DecoderUnavailable(this.current.reason);
    if (this.current.kind === 'restarting') {
      throw new DecoderUnavailable(`The decoder ended (${this.current.reason}) and starts again in a moment.`);
    }
    const life = this.life ?? this.start();
    await life.loaded;
    if (signal?.aborted) throw new Cancelled();
    return life;
  }

  private start(): Life {
    this.cancelRetry?.();
    this.cancelRetry = null;
    const process = this.options.launch();
    const life: Life = { process, loaded: process.load(), model: null, readyAt: 0 };
    this.life = life;
    this.setState({ kind: 'loading' });
    life.loaded.then(
      (model) => {
        if (this.life !== life) return;
        life.model = model;
        life.readyAt = this.options.clock.now();
        this.options.log(`Loaded ${model.name} (${model.precision}) in ${Math.round(model.loadMs)} ms.`);
        this.showActivity();
        this.scheduleIdle();
      },
      (error: unknown) => {
        // The end of the process is dealt with where it is noticed; here the decoder refused the model.
        setImmediate(() => {
          if (this.life !== life) return;
          this.end();
          this.giveUp(`The model could not be loaded: ${messageOf(error)}`);
        });
      },
    );
    void process.ended.then((reason) => this.onEnd(life, reason));
    return life;
  }

  private onEnd(life: Life, reason: string): void {
    if (this.life !== life) return;
    this.life = null;
    this.cancelIdle?.();
    this.cancelIdle = null;
    const { clock, log } = this.options;
    if (life.model && clock.now() - life.readyAt >= HEALTHY_AFTER_MS) this.crashesInARow = 0;
    const delay = RESTART_DELAYS_MS[this.crashesInARow++];
    log(`The decoder ended unexpectedly: ${reason}.`);
    if (delay === undefined) {
      this.giveUp(`The decoder ended ${this.crashesInARow} times in a row; the last time ${reason}.`);
      return;
    }
    // Without a pause the next request would find nothing amiss; start at once so that it finds a model.
    if (delay === 0) {
      this.start();
      return;
    }
    log(`It starts again in ${delay} ms.`);
    this.setState({ kind: 'restarting', reason, retryInMs: delay });
    this.cancelRetry = clock.after(delay, () => this.start());
  }

  private giveUp(reason: string): void {
    this.options.log(reason);
    this.setState({ kind: 'failed', reason });
    this.options.onGiveUp(reason);
  }

  private end(): void {
    this.cancelRetry?.();
    this.cancelIdle?.();
    this.cancelWatch?.();
    this.cancelRetry = this.cancelIdle = this.cancelWatch = null;
    const life = this.life;
    this.life = null;
    if (!life) return;
    const { ended } = life.process;
    this.ending.add(ended);
    void ended.then(() => this.ending.delete(ended));
    life.process.stop();
  }

  private showActivity(): void {
    const model = this.life?.model;
    if (model) this.setState({ kind: this.running > 0 ? 'generating' : 'ready', model });
  }

  private setState(state: DecoderState): void {
    if (state.kind === this.current.kind && state.kind !== 'failed' && state.kind !== 'restarting') return;
    this.current = state;
    if (!this.disposed) this.options.onStateChange(state);
  }

  private scheduleIdle(): void {
    this.cancelIdle?.();
    this.cancelIdle = null;
    const minutes = this.options.idleMinutes();
    if (minutes <= 0 || this.running > 0 || !this.life) return;
    this.cancelIdle = this.options.clock.after(minutes * 60_000, () => {
      this.options.log(`Unloaded the model after ${minutes} idle minutes.`);
      this.unload();
    });
  }

  /**
   * Notes a sign of life. While requests run the next one must come in time, or the process is ended;
   * its end is then handled like a crash. Any request's sign counts: the others wait in its queue.
   */
  private watch(): void {
    this.cancelWatch?.();
    this.cancelWatch = null;
    const process = this.life?.process;
    if (!process || this.running === 0) return;
    this.cancelWatch = this.options.clock.after(SILENCE_LIMIT_MS, () => {
      this.options.log(`The decoder has not answered for ${SILENCE_LIMIT_MS / 1000} s; ending it.`);
      process.stop();
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { CompleteParams } from '../protocol/decoder';
import { remainder, type Variant } from './answerCache';
import type { Completer } from './completer';

export type Outcome =
  | {
      ok: true;
      answer: string;
      /** The time was up before the end: a later try may get further. */
      outOfTime: boolean;
    }
  | { ok: false; error: unknown };

/** A generation under way. */
export class RunningGeneration {
  readonly outcome: Promise<Outcome>;
  private readonly controller = new AbortController();
  private readonly watchers = new Set<() => void>();
  private partial = '';
  private settled = false;

  /** @param onEnd called before anyone who waits for the outcome goes on */
  constructor(
    completer: Completer,
    readonly variant: Variant,
    readonly textBefore: string,
    params: CompleteParams,
    onEnd: (ended: RunningGeneration) => void,
  ) {
    const hooks = {
      signal: this.controller.signal,
      onProgress: ({ text }: { text: string }): void => {
        this.partial = text;
        this.notify();
      },
    };
    this.outcome = completer
      .complete(params, hooks)
      .then(
        ({ text, finishReason }): Outcome => ({ ok: true, answer: text, outOfTime: finishReason === 'timeBudget' }),
        (error: unknown): Outcome => ({ ok: false, error }),
      )
      .finally(() => {
        this.settled = true;
        onEnd(this);
        this.notify();
      });
  }

  get done(): boolean {
    return this.settled;
  }

  cancel(): void {
    this.controller.abort();
  }

  get cancelled(): boolean {
    return this.controller.signal.aborted;
  }

  /**
   * Whether this generation may still answer at `now`: `now` continues the text it began at, and
   * what was typed since agrees with what has been written so far.
   */
  canAnswer(now: string): boolean {
    if (this.cancelled || !now.startsWith(this.textBefore)) return false;
    const typed = now.slice(this.textBefore.length);
    // The last word of a stream may still change when the next token joins it.
    const steady = this.partial.slice(0, this.partial.trimEnd().lastIndexOf(' ') + 1);
    const length = Math.min(typed.length, steady.length);
    return typed.slice(0, length) === steady.slice(0, length);
  }

  /** Waits for the end; earlier when `now` can no longer be answered or `signal` aborts. */
  waitAt(now: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!this.settled && !signal.aborted && this.canAnswer(now)) return;
        this.watchers.delete(check);
        signal.removeEventListener('abort', check);
        resolve();
      };
      this.watchers.add(check);
      signal.addEventListener('abort', check);
      check();
    });
  }

  /** What its answer leaves to write at `now`; undefined before the end, or when it leads elsewhere. */
  async remainderAt(now: string): Promise<string | undefined> {
    if (!this.settled) return undefined;
    const outcome = await this.outcome;
    return outcome.ok ? remainder(this.textBefore, outcome.answer, now) : undefined;
  }

  /** Whether the time was up before anything was written; false before the end. */
  async cameToNothing(): Promise<boolean> {
    if (!this.settled) return false;
    const outcome = await this.outcome;
    return outcome.ok && outcome.outOfTime && outcome.answer === '';
  }

  private notify(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}

/**
 * The one generation the decoder works on for ghost text. Each keystroke asks anew; a generation
 * whose stream agrees with what was typed is adopted by the next request instead of being thrown
 * away, and only a request that starts another ends it.
 */
export class InFlight {
  private running: RunningGeneration | null = null;
  private document: string | undefined;

  constructor(private readonly completer: Completer) {}

  find(variant: Variant, textBefore: string): RunningGeneration | undefined {
    const { running } = this;
    return running && running.variant === variant && running.canAnswer(textBefore) ? running : undefined;
  }

  /** @param uri the document that it is written for */
  start(variant: Variant, uri: string, params: CompleteParams): RunningGeneration {
    this.cancel();
    this.document = uri;
    const running = new RunningGeneration(this.completer, variant, params.textBefore, params, (ended) => {
      if (this.running === ended) this.running = null;
    });
    this.running = running;
    return running;
  }

  /** Ends the running generation unless it can answer at `textBefore`; without one, in any case. */
  cancel(unlessAt?: string): void {
    if (!this.running || (unlessAt !== undefined && this.running.canAnswer(unlessAt))) return;
    this.running.cancel();
    this.running = null;
  }

  /** The document that the running generation is written for. */
  get uri(): string | undefined {
    return this.running ? this.document : undefined;
  }

  get busy(): boolean {
    return this.running !== null;
  }
}

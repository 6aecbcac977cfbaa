import type { PrepareParams } from '../protocol/decoder';
import type { Clock } from './clock';

/** Whatever can read a text before it is asked to continue it: the decoder process in the product. */
export interface Reader {
  /** Whether a model is loaded and has nothing else to do. Reading ahead is no reason to load one. */
  readonly canPrepare: boolean;
  /** Settles when the text is read, or when something more important came. Never rejects. */
  prepare(params: PrepareParams, signal: AbortSignal): Promise<void>;
}

/** How long the cursor stays in one place before its text is read, milliseconds. */
export const IDLE_MS = 500;

/**
 * Has the text before the cursor read while the writer pauses, so that the next keystroke finds it in the
 * decoder's cache: in a document just opened, where the writer clicked, behind an accepted suggestion.
 */
export class ReadAhead {
  private cancelTimer: (() => void) | null = null;
  private reading: { textBefore: string; controller: AbortController } | null = null;

  /** @param paramsAtCursor what there is to read at the cursor, at the time of the call; null: nothing. */
  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly paramsAtCursor: () => PrepareParams | null,
  ) {}

  /** The cursor has moved, the text has changed, or the decoder is ready. A reading goes on if the text does. */
  schedule(): void {
    if (this.reading && !this.paramsAtCursor()?.textBefore.startsWith(this.reading.textBefore)) this.stop();
    this.cancelTimer?.();
    this.cancelTimer = this.reader.canPrepare ? this.clock.after(IDLE_MS, () => this.read()) : null;
  }

  dispose(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.stop();
  }

  private read(): void {
    this.cancelTimer = null;
    const params = this.reader.canPrepare ? this.paramsAtCursor() : null;
    if (!params || this.reading?.textBefore === params.textBefore) return;
    this.stop();
    const controller = new AbortController();
    const reading = { textBefore: params.textBefore, controller };
    this.reading = reading;
    const ended = (): void => {
      if (this.reading === reading) this.reading = null;
    };
    this.reader.prepare(params, controller.signal).then(ended, ended);
  }

  private stop(): void {
    this.reading?.controller.abort();
    this.reading = null;
  }
}

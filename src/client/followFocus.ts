import type { Tenant } from './memory';
import type { Clock, DecoderState } from './supervisor';
import type { WindowNotes } from './windowNotes';

/** The decoder of this window. */
export interface FollowingDecoder extends Tenant {
  /** Loads the model before anybody asks, where none is loaded. */
  preload(): void;
}

export interface FollowFocusOptions {
  decoder: FollowingDecoder;
  notes: Pick<WindowNotes, 'tell' | 'others'>;
  clock: Clock;
  /** Milliseconds since 1970, the same for all windows. */
  today(): number;
  focused: boolean;
  /** Whether the writer may want the model in this window now: prose is in sight. */
  wanted(): boolean;
  log(line: string): void;
}

/** How long a window keeps its model once it has lost the focus; who looks something up is back by then. */
export const LET_GO_AFTER_MS = 20_000;
/** How often it looks for others from then on. */
export const LOOK_EVERY_MS = 10_000;

/**
 * One model in memory however many windows: a window without the focus lets its model go when another one has one too and
 * had the focus later, and loads it again when the focus comes back. The last window to have had the focus keeps its model
 * while the writer is in another program.
 */
export class FollowFocus {
  private focused: boolean;
  private focusedAt: number;
  private loaded = false;
  private hasLetGo = false;
  private cancelLook: (() => void) | null = null;

  constructor(private readonly options: FollowFocusOptions) {
    this.focused = options.focused;
    this.focusedAt = options.today();
  }

  /** To be told of every change of the focus. */
  focusChanged(focused: boolean): void {
    if (focused === this.focused) return;
    this.focused = focused;
    this.focusedAt = this.options.today();
    this.tell();
    if (!focused) {
      this.look(LET_GO_AFTER_MS);
      return;
    }
    this.cancelLook?.();
    this.cancelLook = null;
    if (!this.hasLetGo || !this.options.wanted()) return;
    this.hasLetGo = false;
    this.options.decoder.preload();
  }

  /** To be told of every change of the decoder's state. */
  stateChanged(state: DecoderState): void {
    // One that a server computes takes no memory here.
    const loaded = 'model' in state && state.model.server === undefined;
    if (loaded === this.loaded) return;
    this.loaded = loaded;
    if (loaded) this.hasLetGo = false;
    this.tell();
    if (loaded && !this.focused) this.look(LET_GO_AFTER_MS);
  }

  dispose(): void {
    this.cancelLook?.();
    this.cancelLook = null;
  }

  private tell(): void {
    const { notes, log } = this.options;
    notes
      .tell(this.loaded ? { focused: this.focused, focusedAt: this.focusedAt } : null)
      .catch((error: unknown) => log(`Other windows could not be told of the model: ${String(error)}`));
  }

  private look(afterMs: number): void {
    this.cancelLook?.();
    this.cancelLook = this.options.clock.after(afterMs, () => {
      this.cancelLook = null;
      this.letGoIfOthersHaveOne().catch((error: unknown) => {
        this.options.log(`The models of other windows are not known: ${String(error)}`);
      });
    });
  }

  private async letGoIfOthersHaveOne(): Promise<void> {
    const { decoder, notes, log } = this.options;
    const others = await notes.others();
    await decoder.quiet();
    if (this.focused || !this.loaded) return;
    if (!others.some(({ focused, focusedAt }) => focused || focusedAt > this.focusedAt)) {
      this.look(LOOK_EVERY_MS);
      return;
    }
    this.hasLetGo = true;
    log('Unloaded the model, as another window has one; it is loaded again when the focus comes back.');
    await decoder.unload();
  }
}

import type { Clock } from './clock';
import type { CompletionEngine } from './completionEngine';
import type { CompletionOptions } from './options';
import type { Cursor, GhostEdit } from './ghostEdit';

/** How long a suggestion stands unchanged before what follows it is written, milliseconds. */
export const SHOWN_FOR_MS = 300;

/**
 * Has what would follow an accepted suggestion written while the writer still looks at it. VS Code does not tell
 * when ghost text is on the screen; an answer that nothing has replaced for a while is.
 */
export class SpeculativeRequest {
  private timer: { uri: string; cancel: () => void } | null = null;

  constructor(
    private readonly engine: Pick<CompletionEngine, 'speculate'>,
    private readonly clock: Clock,
  ) {}

  /** A suggestion has been given to the editor. */
  shown(cursor: Cursor, edit: GhostEdit, options: CompletionOptions): void {
    this.cancel();
    const cancel = this.clock.after(SHOWN_FOR_MS, () => {
      this.timer = null;
      const place = cursor.placeAfter(edit);
      if (place?.prose) this.engine.speculate(cursor.uri, place.textBefore, options);
    });
    this.timer = { uri: cursor.uri, cancel };
  }

  /** Something has changed: what was shown may be gone. */
  cancel(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  /** A document is gone. */
  closed(uri: string): void {
    if (this.timer?.uri === uri) this.cancel();
  }
}

import type { ProseLanguage } from '../prose';
import type { PrepareParams } from '../protocol';
import type { Completion, CompletionEngine, CompletionOptions } from './completionEngine';
import type { Cursor, GhostEdit } from './cursor';
import { ProseDocuments, type TextChange } from './documents';
import { classifyEdit, refusal, type LastEdit } from './eligibility';

/** A cursor in an open document, as the editor sees it now. The functions are called only when needed. */
export interface EditorPosition {
  uri: string;
  language: ProseLanguage;
  line: number;
  /** The cursor's line, up to the cursor and from it. */
  linePrefix: string;
  lineSuffix: string;
  /** The cursor, in UTF-16 units from the document's start. */
  offset(): number;
  /** Length of the document in UTF-16 units. */
  length(): number;
  text(): string;
}

export interface GhostTextRequest {
  position: EditorPosition;
  /** Asked for by the writer, not by typing. */
  explicit: boolean;
  /** Neither a selection nor a second cursor. */
  oneCursor: boolean;
  trigger: 'automatic' | 'onDemand';
  options: CompletionOptions;
}

/** A request on its way. */
export interface PendingGhostText {
  completion: Promise<Completion>;
  /** The editor no longer wants it; `line` is the cursor's line as it is now, '' when it is gone. */
  cancel(line: string): void;
}

/**
 * The editor's side of ghost text without the editor: told of every edit, asked at every keystroke. It
 * decides whether to show the rest of the suggestion on screen, to stay silent, or to ask the engine.
 */
export class GhostText {
  private readonly documents = new ProseDocuments();
  private readonly lastEdits = new Map<string, LastEdit>();

  constructor(private readonly engine: CompletionEngine) {}

  /** A document has changed. */
  edited(uri: string, changes: readonly TextChange[], undoOrRedo: boolean): void {
    this.documents.edit(uri, changes);
    const edit = classifyEdit(changes, undoOrRedo);
    if (edit) this.lastEdits.set(uri, edit);
  }

  closed(uri: string): void {
    this.documents.close(uri);
    this.lastEdits.delete(uri);
  }

  /** Ghost text for a position: at once where nothing has to be decoded, else on its way. */
  suggest({ position, explicit, oneCursor, trigger, options }: GhostTextRequest): Completion | PendingGhostText {
    const cursor = this.cursorAt(position);
    const recalled: GhostEdit[] = oneCursor && !explicit ? this.engine.recall(cursor) : [];
    if (recalled.length > 0) return { edits: recalled };
    if (trigger === 'onDemand' && !explicit) return { edits: [], reason: 'Suggestions are made on demand only.' };

    const lastEdit = this.lastEdits.get(cursor.uri);
    const refused = refusal({ explicit, lastEdit, oneCursor, lineSuffix: cursor.lineSuffix });
    if (refused) {
      if (lastEdit !== 'typed') this.engine.wentBack(cursor);
      return { edits: [], reason: refused };
    }
    return this.ask(cursor, explicit, options);
  }

  /**
   * What can be read ahead at a position; null where there is no prose, and while the rest of a suggestion
   * stands on screen, which the decoder has written itself.
   */
  readable(position: EditorPosition, { maxTokens }: Pick<CompletionOptions, 'maxTokens'>): PrepareParams | null {
    const cursor = this.cursorAt(position);
    if (this.engine.recall(cursor).length > 0) return null;
    const place = cursor.readPlace();
    return place.prose ? { textBefore: place.textBefore, maxNewTokens: maxTokens } : null;
  }

  private ask(cursor: Cursor, explicit: boolean, options: CompletionOptions): PendingGhostText {
    const controller = new AbortController();
    return {
      completion: explicit
        ? this.engine.alternatives(cursor, options, controller.signal)
        : this.engine.complete(cursor, options, controller.signal),
      cancel: (line) => {
        controller.abort();
        this.engine.movedOn(cursor, line);
      },
    };
  }

  private cursorAt({ uri, language, line, linePrefix, lineSuffix, offset, length, text }: EditorPosition): Cursor {
    return {
      uri, language, line, linePrefix, lineSuffix,
      readPlace: () => this.documents.open(uri, language, length(), text).scopeAt(offset()),
    };
  }
}

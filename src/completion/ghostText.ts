import type { ProseDocument } from '../prose/proseDocument';
import type { ProseLanguage } from '../prose/scope';
import type { PrepareParams } from '../protocol/decoder';
import type { Completion, CompletionEngine, CompletionOptions } from './completionEngine';
import type { Cursor, GhostEdit } from './cursor';
import { ProseDocuments, type TextChange } from './documents';
import { classifyEdit, refusal, type LastEdit } from './eligibility';
import type { LookAhead } from './lookAhead';
import { Offer } from './offer';

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

  private offer: Offer | null = null;
  /** Requests on their way. */
  private readonly pending = new Set<{ uri: string; controller: AbortController }>();
  /** Where an accepted text ends, until the next request or edit. */
  private accepted: { uri: string; end: number } | null = null;

  /** @param lookAhead omitted: nothing is written before it is asked for */
  constructor(
    private readonly engine: CompletionEngine,
    private readonly lookAhead?: LookAhead,
  ) {}

  /** A document has changed. */
  edited(uri: string, changes: readonly TextChange[], undoOrRedo: boolean): void {
    this.lookAhead?.stirred();
    this.documents.edit(uri, changes);
    const end = this.offer?.uri === uri ? this.offer.edited(changes) : undefined;
    this.accepted = end === undefined ? null : { uri, end };
    const edit = classifyEdit(changes, undoOrRedo, this.accepted !== null);
    if (edit) this.lastEdits.set(uri, edit);
    if (edit === 'typed') this.engine.keyPressed();
  }

  /** A document is gone: nothing of it is kept, and nothing is written for it any more. */
  closed(uri: string): void {
    for (const request of this.pending) if (request.uri === uri) request.controller.abort();
    this.lookAhead?.closed(uri);
    this.engine.closed(uri);
    this.documents.close(uri);
    this.lastEdits.delete(uri);
    if (this.offer?.uri === uri) this.offer = null;
    if (this.accepted?.uri === uri) this.accepted = null;
  }

  /**
   * Whether the request at hand is the first one since a suggestion was accepted that ends here: what follows it is
   * suggested as behind typing, whoever asks.
   */
  followsAcceptance({ uri, offset }: EditorPosition): boolean {
    const { accepted } = this;
    this.accepted = null;
    return accepted !== null && accepted.uri === uri && accepted.end === offset();
  }

  /** Ghost text for a position: at once where nothing has to be decoded, else on its way. */
  suggest({ position, explicit, oneCursor, trigger, options }: GhostTextRequest): Completion | PendingGhostText {
    this.lookAhead?.stirred();
    const cursor = this.cursorAt(position);
    const lastEdit = this.lastEdits.get(cursor.uri);
    // A suggestion that was accepted and taken back is not offered again.
    const inPlace = oneCursor && !explicit && lastEdit !== 'undone';
    const recalled: GhostEdit[] = inPlace ? this.engine.recall(cursor) : [];
    if (recalled.length > 0) return this.given(cursor, position, { edits: recalled }, options);
    if (trigger === 'onDemand' && !explicit) return { edits: [], reason: 'onDemand' };

    const refused = refusal({ explicit, lastEdit, oneCursor, lineSuffix: cursor.lineSuffix });
    if (refused) {
      if (lastEdit !== 'typed') this.engine.wentBack(cursor);
      return { edits: [], reason: refused };
    }
    return this.ask(cursor, position, explicit, options);
  }

  /** The suggestions on screen at a position, best first, as edits of its line. */
  onScreen(position: EditorPosition): GhostEdit[] {
    return this.engine.recall(this.cursorAt(position));
  }

  /** The writer has dismissed what is on screen at a position. */
  dismissed(position: EditorPosition): void {
    this.lookAhead?.stirred();
    this.engine.dismiss(this.cursorAt(position));
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

  private ask(
    cursor: Cursor,
    position: EditorPosition,
    explicit: boolean,
    options: CompletionOptions,
  ): Completion | PendingGhostText {
    const controller = new AbortController();
    const { signal } = controller;
    const completion = explicit
      ? this.engine.alternatives(cursor, options, signal)
      : this.engine.complete(cursor, options, signal);
    if ('edits' in completion) return this.given(cursor, position, completion, options);
    const request = { uri: cursor.uri, controller };
    this.pending.add(request);
    return {
      completion: completion
        .then((it) => (signal.aborted ? it : this.given(cursor, position, it, options)))
        .finally(() => this.pending.delete(request)),
      cancel: (line) => {
        controller.abort();
        this.engine.movedOn(cursor, line);
      },
    };
  }

  private given(
    cursor: Cursor,
    position: EditorPosition,
    completion: Completion,
    options: CompletionOptions,
  ): Completion {
    const [best] = completion.edits;
    this.offer = best ? new Offer(cursor, position.offset(), completion.edits) : null;
    if (best) this.lookAhead?.shown(cursor, best, options);
    return completion;
  }

  private cursorAt({ uri, language, line, linePrefix, lineSuffix, offset, length, text }: EditorPosition): Cursor {
    const document = (): ProseDocument => this.documents.open(uri, language, length(), text);
    return {
      uri,
      language,
      line,
      linePrefix,
      lineSuffix,
      readPlace: () => document().scopeAt(offset()),
      readPlaceAfter: ({ startColumn, endColumn, insertText }) => {
        // Asked for later than the rest: a document that was closed meanwhile stays closed.
        if (!this.documents.isOpen(uri)) return null;
        return this.documents.scopeAfter(
          document(),
          {
            rangeOffset: offset() - linePrefix.length + startColumn,
            rangeLength: endColumn - startColumn,
            text: insertText,
          },
          (linePrefix + lineSuffix).slice(startColumn, endColumn),
        );
      },
    };
  }
}

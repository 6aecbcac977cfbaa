import type { ProseDocument } from '../prose/proseDocument';
import type { ProseLanguage } from '../prose/scope';
import type { PrepareParams } from '../protocol/decoder';
import type { Completion, CompletionEngine } from './completionEngine';
import { ProseDocuments, type TextChange } from './documents';
import type { Cursor, GhostEdit } from './ghostEdit';
import { Offer } from './offer';
import type { CompletionOptions } from './options';
import type { SpeculativeRequest } from './speculativeRequest';
import { classifyEdit, refusal, type LastEdit } from './trigger';

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

/** The editor has taken its request back. */
const CANCELLED: Completion = { edits: [], reason: 'cancelled' };

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
  private readonly lastEdits = new Map<string, LastEdit>();

  /** What the editor was given last. */
  private offer: Offer | null = null;
  /** Requests on their way. */
  private readonly pending = new Set<{ uri: string; controller: AbortController }>();
  /** Where an accepted text ends, until the next request or edit. */
  private accepted: { uri: string; end: number } | null = null;

  /**
   * @param speculation omitted: nothing is written before it is asked for
   * @param documents kept up to date here; others may ask them
   */
  constructor(
    private readonly engine: CompletionEngine,
    private readonly speculation?: SpeculativeRequest,
    private readonly documents = new ProseDocuments(),
  ) {}

  /** A document has changed. */
  edited(uri: string, changes: readonly TextChange[], undoOrRedo: boolean): void {
    this.speculation?.cancel();
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
    this.speculation?.closed(uri);
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
    this.speculation?.cancel();
    const cursor = this.cursorAt(position);
    const lastEdit = this.lastEdits.get(cursor.uri);
    // A suggestion that was accepted and taken back is not offered again.
    const inPlace = oneCursor && !explicit && lastEdit !== 'undone';
    const typedThrough: GhostEdit[] = inPlace ? this.engine.typeThrough(cursor) : [];
    if (typedThrough.length > 0) return this.offerTo(cursor, position, { edits: typedThrough }, options);
    if (trigger === 'onDemand' && !explicit) return { edits: [], reason: 'onDemand' };

    const refused = refusal({ explicit, lastEdit, oneCursor, lineSuffix: cursor.lineSuffix });
    if (refused) {
      if (lastEdit !== 'typed') this.engine.textDeleted(cursor);
      return { edits: [], reason: refused };
    }
    return this.request(cursor, position, explicit, options);
  }

  /** The suggestions on screen at a position, best first, as edits of its line. */
  shownAt(position: EditorPosition): GhostEdit[] {
    return this.engine.typeThrough(this.cursorAt(position));
  }

  /** The writer has dismissed what is on screen at a position. */
  dismissed(position: EditorPosition): void {
    this.speculation?.cancel();
    this.engine.dismiss(this.cursorAt(position));
  }

  /**
   * What can be read ahead at a position; null where there is no prose, and while the rest of a suggestion
   * stands on screen, which the decoder has written itself.
   */
  readable(position: EditorPosition, { maxTokens }: Pick<CompletionOptions, 'maxTokens'>): PrepareParams | null {
    const cursor = this.cursorAt(position);
    if (this.engine.typeThrough(cursor).length > 0) return null;
    const place = cursor.place();
    return place.prose ? { textBefore: place.textBefore, maxNewTokens: maxTokens } : null;
  }

  private request(
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
    if ('edits' in completion) return this.offerTo(cursor, position, completion, options);
    const request = { uri: cursor.uri, controller };
    this.pending.add(request);
    return {
      completion: completion
        .then(
          (answer) => (signal.aborted ? CANCELLED : this.offerTo(cursor, position, answer, options)),
          (error: unknown) => {
            if (signal.aborted) return CANCELLED;
            throw error;
          },
        )
        .finally(() => this.pending.delete(request)),
      cancel: (line) => {
        controller.abort();
        this.engine.requestCancelled(cursor, line);
      },
    };
  }

  private offerTo(
    cursor: Cursor,
    position: EditorPosition,
    completion: Completion,
    options: CompletionOptions,
  ): Completion {
    const [best] = completion.edits;
    this.offer = best ? new Offer(cursor, position.offset(), completion.edits) : null;
    if (best) this.speculation?.shown(cursor, best, options);
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
      place: () => document().scopeAt(offset()),
      placeAfter: ({ startColumn, endColumn, insertText }) => {
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

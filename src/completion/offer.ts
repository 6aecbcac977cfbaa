import type { Cursor, GhostEdit } from './ghostEdit';
import type { TextChange } from './documents';

interface OfferedEdit {
  /** UTF-16 offset of the replaced text in the document. */
  from: number;
  /** What the text to be replaced is now. */
  replaced: string;
  insertText: string;
}

/**
 * The edits last given to the editor, followed through the changes of their document: the editor does not tell an
 * extension that one was accepted, but a change that makes of the text what was offered is an acceptance, whether
 * it replaces all of it or only what differs.
 */
export class Offer {
  readonly uri: string;
  private offered: OfferedEdit[];

  /** @param offset the cursor's, in UTF-16 units */
  constructor({ uri, linePrefix, lineSuffix }: Cursor, offset: number, edits: readonly GhostEdit[]) {
    this.uri = uri;
    const lineStart = offset - linePrefix.length;
    this.offered = edits.map(({ startColumn, endColumn, insertText }) => ({
      from: lineStart + startColumn,
      replaced: (linePrefix + lineSuffix).slice(startColumn, endColumn),
      insertText,
    }));
  }

  /** The document has changed. The offset where the accepted text ends, if these changes have accepted it. */
  edited(changes: readonly TextChange[]): number | undefined {
    for (const change of changes) this.offered = this.offered.flatMap((edit) => moved(edit, change));
    const accepted = changes.length === 1 && this.offered.find((edit) => edit.replaced === edit.insertText);
    this.offered = this.offered.filter((edit) => edit.replaced !== edit.insertText);
    return accepted ? accepted.from + accepted.insertText.length : undefined;
  }
}

/** An edit behind a change of the document; none where the change goes across its border. */
function moved(edit: OfferedEdit, { rangeOffset, rangeLength, text }: TextChange): OfferedEdit[] {
  const { from, replaced } = edit;
  const at = rangeOffset - from;
  if (at > replaced.length) return [edit];
  if (at + rangeLength < 0 || (at < 0 && at + rangeLength === 0))
    return [{ ...edit, from: from + text.length - rangeLength }];
  if (at < 0 || at + rangeLength > replaced.length) return [];
  return [{ ...edit, replaced: replaced.slice(0, at) + text + replaced.slice(at + rangeLength) }];
}

import type { Insertion } from '../prose/insertion';
import { anchorColumn, isSubsequence, toGhostEdit, type Cursor, type GhostEdit } from './ghostEdit';

/**
 * The suggestion on screen. While the writer types along it, what is left of it is answered from
 * here, at once and with the same anchor, so that VS Code sees one and the same suggestion.
 */
export class CurrentGhostText {
  private shown: { cursor: Cursor; anchor: number; suggestions: Insertion[] } | null = null;

  set(cursor: Cursor, suggestions: Insertion[]): GhostEdit[] {
    const anchor = anchorColumn(cursor.linePrefix);
    this.shown = { cursor, anchor, suggestions };
    return suggestions.map((suggestion) => toGhostEdit(cursor, anchor, suggestion));
  }

  /** What is left at `cursor`, best first; empty when the writer went another way or accepted all of it. */
  typeThrough(cursor: Cursor): GhostEdit[] {
    const { shown } = this;
    if (!shown || shown.cursor.uri !== cursor.uri || shown.cursor.line !== cursor.line) return [];
    if (!cursor.linePrefix.startsWith(shown.cursor.linePrefix)) return [];
    const typed = cursor.linePrefix.slice(shown.cursor.linePrefix.length);
    const closed = closedBehind(shown.cursor.lineSuffix, cursor.lineSuffix);
    if (closed === undefined) return [];
    return shown.suggestions.flatMap(({ text, covers }) => {
      const rest = text.slice(typed.length);
      if (!rest || !text.startsWith(typed) || !isSubsequence(closed, rest)) return [];
      return [toGhostEdit(cursor, shown.anchor, { text: rest, covers: covers + closed.length })];
    });
  }

  /** The document that it is shown in. */
  get uri(): string | undefined {
    return this.shown?.cursor.uri;
  }

  /** Forgets a suggestion that the writer went back behind, so that a text once refused does not return. */
  forget(): void {
    this.shown = null;
  }
}

/** The brackets and quotes the editor closed by itself behind the cursor; undefined when more has changed. */
function closedBehind(before: string, now: string): string | undefined {
  if (!now.endsWith(before)) return undefined;
  const added = now.slice(0, now.length - before.length);
  return /^[)\]}>"'`$*_]*$/.test(added) ? added : undefined;
}

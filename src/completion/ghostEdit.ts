import type { Insertion } from '../prose/insertion';
import type { ProseLanguage, ProseScope, QuietScope } from '../prose/scope';

/** What the model reads at a cursor, or why nothing is suggested there. */
export type Place = ProseScope | QuietScope;

/** Where a suggestion is asked for, free of the editor's own types. */
export interface Cursor {
  uri: string;
  language: ProseLanguage;
  line: number;
  /** The cursor's line, up to the cursor and from it. */
  linePrefix: string;
  lineSuffix: string;
  /** Looked up when first needed, and before the document changes. */
  place(): Place;
  /** What the model would read behind `edit`, were it made; null once the document is closed. */
  placeAfter(edit: GhostEdit): Place | null;
}

/** An edit that VS Code draws as ghost text: one line, around the cursor. */
export interface GhostEdit {
  /** Columns of the cursor's line that are replaced; the cursor lies between them. */
  startColumn: number;
  endColumn: number;
  /** What stands there afterwards; begins with the text between `startColumn` and the cursor. */
  insertText: string;
}

/**
 * One short line fit for ghost text: cut at the first line break, no trailing blanks. Trailing
 * blanks would be invisible, and doubled by the writer's own next space.
 */
export function toOneLine(text: string): string {
  return (/^[^\r\n\u2028\u2029]*/.exec(text)?.[0] ?? '').trimEnd();
}

/**
 * Where the edit begins: at the start of the word the cursor stands in. Backspace inside the word
 * then keeps the suggestion, and accepting it leaves the rest of a long paragraph line untouched.
 */
export function anchorColumn(linePrefix: string): number {
  return linePrefix.length - (/[\p{L}\p{N}\p{M}_-]*$/u.exec(linePrefix)?.[0].length ?? 0);
}

export function toGhostEdit(cursor: Cursor, startColumn: number, suggestion: Insertion): GhostEdit {
  const column = cursor.linePrefix.length;
  return {
    startColumn,
    endColumn: column + suggestion.covers,
    insertText: cursor.linePrefix.slice(startColumn) + suggestion.text,
  };
}

/** Whether every character of `part` occurs in `whole` in order: VS Code's rule for text after the cursor. */
export function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

import type { Insertion } from '../prose/insertion';
import type { Cursor, GhostEdit } from './cursor';

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

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
  readPlace(): Place;
  /** What the model would read behind `edit`, were it made; null once the document is closed. */
  readPlaceAfter(edit: GhostEdit): Place | null;
}

/** An edit that VS Code draws as ghost text: one line, around the cursor. */
export interface GhostEdit {
  /** Columns of the cursor's line that are replaced; the cursor lies between them. */
  startColumn: number;
  endColumn: number;
  /** What stands there afterwards; begins with the text between `startColumn` and the cursor. */
  insertText: string;
}

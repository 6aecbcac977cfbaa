import type { ProseLanguage } from '../../prose';

/** Where a suggestion is asked for, free of the editor's own types. */
export interface Cursor {
  uri: string;
  language: ProseLanguage;
  line: number;
  /** The cursor's line, up to the cursor and from it. */
  linePrefix: string;
  lineSuffix: string;
  /** The whole document and the cursor's offset in it; a copy is made on the first call only. */
  readDocument(): { text: string; offset: number };
}

/** An edit that VS Code draws as ghost text: one line, around the cursor. */
export interface GhostEdit {
  /** Columns of the cursor's line that are replaced; the cursor lies between them. */
  startColumn: number;
  endColumn: number;
  /** What stands there afterwards; begins with the text between `startColumn` and the cursor. */
  insertText: string;
}

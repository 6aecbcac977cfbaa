import type { ProseRules } from '../../../../src/extension/completion/completionEngine';
import type { Cursor, GhostEdit } from '../../../../src/extension/completion/cursor';

/** A cursor where `█` stands in `text`. */
export function cursorIn(text: string, uri = 'file:///paper.md'): Cursor {
  const offset = text.indexOf('█');
  if (offset < 0) throw new Error(`No █ in ${text}`);
  const content = text.replace('█', '');
  const lineStart = content.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = content.indexOf('\n', offset);
  return {
    uri,
    language: 'markdown',
    line: content.slice(0, offset).split('\n').length - 1,
    linePrefix: content.slice(lineStart, offset),
    lineSuffix: content.slice(offset, lineEnd < 0 ? content.length : lineEnd),
    readDocument: () => ({ text: content, offset }),
  };
}

/** The line as accepting `edit` would leave it. */
export function accept(cursor: Cursor, edit: GhostEdit): string {
  const line = cursor.linePrefix + cursor.lineSuffix;
  return line.slice(0, edit.startColumn) + edit.insertText + line.slice(edit.endColumn);
}

/** What VS Code draws in grey for `edit`. */
export function ghost(cursor: Cursor, edit: GhostEdit): string {
  return edit.insertText.slice(cursor.linePrefix.length - edit.startColumn);
}

/** Everything is prose, but a line in backticks; answers are written as they are. */
export const plainProse: ProseRules = {
  read(cursor) {
    const { text, offset } = cursor.readDocument();
    if (cursor.linePrefix.startsWith('`')) return { prose: false, message: 'The cursor is in inline code.' };
    return { prose: true, textBefore: text.slice(0, offset), block: 'paragraph', linePrefix: cursor.linePrefix };
  },
  write: (_cursor, _place, answer) => answer,
};

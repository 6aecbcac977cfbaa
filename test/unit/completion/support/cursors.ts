import type { WriteAnswer } from '../../../../src/completion/completionEngine';
import type { Cursor, GhostEdit } from '../../../../src/completion/ghostEdit';

/** A cursor where `█` stands in `text`; everything is prose but a line that begins with a backtick. */
export function cursorIn(text: string, uri = 'file:///paper.md'): Cursor {
  const offset = text.indexOf('█');
  if (offset < 0) throw new Error(`No █ in ${text}`);
  const content = text.replace('█', '');
  const lineStart = content.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = content.indexOf('\n', offset);
  const language = uri.endsWith('.tex') ? 'latex' : 'markdown';
  const linePrefix = content.slice(lineStart, offset);
  const lineSuffix = content.slice(offset, lineEnd < 0 ? content.length : lineEnd);
  return {
    uri,
    language,
    line: content.slice(0, offset).split('\n').length - 1,
    linePrefix,
    lineSuffix,
    place: () =>
      linePrefix.startsWith('`')
        ? { prose: false, reason: 'inlineCode' }
        : { prose: true, textBefore: content.slice(0, offset), block: 'paragraph', linePrefix },
    placeAfter: ({ startColumn, endColumn, insertText }) =>
      cursorIn(
        `${content.slice(0, lineStart)}${linePrefix.slice(0, startColumn)}${insertText}█` +
          `${lineSuffix.slice(endColumn - linePrefix.length)}${lineEnd < 0 ? '' : content.slice(lineEnd)}`,
        uri,
      ).place(),
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

/** An answer written as it is. */
export const plainly: WriteAnswer = (_cursor, _place, answer) => ({ text: answer, covers: 0 });

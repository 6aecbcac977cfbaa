import { CodePoints, wholeText, type Mention, type SourceDocument } from '../document';
import { numberedLines, type DocumentReader, type ReadItem } from './readers';

/** A title or an abstract: what stands before its text; in that, the document and which of the two (`t`, `a`); its text. */
export const PUBTATOR_FIELD = /^(([^|\t\r\n]+)\|([ta])\|)(.*)$/;

/** A line of a file. */
export interface NumberedLine {
  line: number;
  text: string;
}

/**
 * PubTator's form: `id|t|title`, `id|a|abstract`, then mentions in six columns, which must stand where they say, and
 * relations in four, which are passed over; a blank line ends a document.
 */
export const readPubTator: DocumentReader = async function* (chunks) {
  let block: NumberedLine[] = [];
  for await (const line of numberedLines(chunks)) {
    if (line.text.trim() !== '') {
      block.push(line);
      continue;
    }
    if (block.length > 0) yield pubTatorDocument(block);
    block = [];
  }
  if (block.length > 0) yield pubTatorDocument(block);
};

/** The document of such lines, none of them blank, at least one. */
export function pubTatorDocument(block: readonly NumberedLine[]): ReadItem {
  const first = block[0]!;
  const document: SourceDocument = { id: '', title: '', text: '' };
  const marks: NumberedLine[] = [];
  for (const it of block) {
    const field = PUBTATOR_FIELD.exec(it.text);
    if (!field) {
      marks.push(it);
      continue;
    }
    const [, , id, kind, text] = field as unknown as [string, string, string, string, string];
    if (document.id !== '' && document.id !== id) {
      return { line: it.line, problem: `The title belongs to "${document.id}", but this line belongs to "${id}".` };
    }
    document.id = id;
    if (kind === 't') document.title = text;
    else document.text = text;
  }
  if (document.id === '') return { line: first.line, problem: 'The document has no title line (id|t|title).' };
  const whole = wholeText(document);
  const points = new CodePoints(whole);
  const mentions: Mention[] = [];
  for (const { line, text } of marks) {
    const columns = text.split('\t');
    if (columns[0] !== document.id) {
      return { line, problem: `The line does not belong to the document "${document.id}".` };
    }
    // Relations: id, type, two identifiers.
    if (columns.length < 5) continue;
    const [, from, to, words, type, ids = ''] = columns as [string, string, string, string, string, string?];
    if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) {
      // Four columns and remarks are a relation still.
      if (columns.length === 5) continue;
      return { line, problem: `"${from}" and "${to}" are not offsets in the text.` };
    }
    const [start, end] = [points.toUnits(Number(from)), points.toUnits(Number(to))];
    const found = start === undefined || end === undefined ? undefined : whole.slice(start, end);
    if (found !== words) {
      const instead = found === undefined ? 'the text is shorter' : `the text has ${JSON.stringify(found)} there`;
      return { line, problem: `The mention "${words}" is not at ${from}–${to}: ${instead}.` };
    }
    mentions.push({ start: start!, end: end!, type, ids: ids === '' || ids === '-1' ? [] : ids.split('|') });
  }
  if (whole.trim() === '') return { line: first.line, problem: `The document "${document.id}" contains no text.` };
  return { line: first.line, document: { ...document, ...(mentions.length > 0 && { mentions }) } };
}

/** Documents from the files that other programs write, one at a time. */
import type { SourceDocument } from '../document';

/** A document of a file, or why one can't be read; the others of the file can be all the same. */
export type ReadItem = {
  /** The line of the file at which it begins, from 1. */
  line: number;
} & ({ document: SourceDocument } | { problem: string });

/** Reads a file that comes in pieces. */
export type DocumentReader = (chunks: AsyncIterable<string>) => AsyncIterable<ReadItem>;

/** The lines of a text with their numbers; `\n` and `\r\n` end one. */
export async function* numberedLines(chunks: AsyncIterable<string>): AsyncGenerator<{ line: number; text: string }> {
  let rest = '';
  let line = 0;
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const text of lines) yield { line: ++line, text: text.replace(/\r$/, '') };
  }
  if (rest !== '') yield { line: ++line, text: rest };
}

/** A whole text as one document. @param id such as the file's name */
export function textReader(id: string): DocumentReader {
  return async function* (chunks) {
    let text = '';
    for await (const chunk of chunks) text += chunk;
    yield text.trim() === ''
      ? { line: 1, problem: 'The file contains no text.' }
      : { line: 1, document: { id, title: '', text } };
  };
}

/** Records of PubMed's `MEDLINE` display and of `.nbib` files: tags of four letters, longer values go on indented. */
export const readMedline: DocumentReader = async function* (chunks) {
  let fields = new Map<string, string>();
  let begins = 1;
  let tag = '';
  const item = (): ReadItem => {
    const id = fields.get('PMID') ?? '';
    const [title, text] = [fields.get('TI') ?? fields.get('BTI') ?? '', fields.get('AB') ?? ''];
    if (id === '') return { line: begins, problem: 'The record has no PMID.' };
    return title === '' && text === ''
      ? { line: begins, problem: `The record ${id} has neither title nor abstract.` }
      : { line: begins, document: { id, title, text } };
  };
  for await (const { line, text } of numberedLines(chunks)) {
    const start = /^([A-Z]{2,4}) *- (.*)$/.exec(text);
    if (start) {
      if (start[1] === 'PMID' && fields.size > 0) {
        yield item();
        fields = new Map();
      }
      if (fields.size === 0) begins = line;
      tag = start[1]!;
      // The first of several values is the record's own.
      if (fields.has(tag)) tag = '';
      else fields.set(tag, start[2]!.trim());
    } else if (/^ {6}/.test(text) && tag !== '') {
      fields.set(tag, `${fields.get(tag)!} ${text.trim()}`);
    } else if (text.trim() === '') {
      tag = '';
    } else {
      yield { line, problem: 'The line is not part of a MEDLINE record.' };
      tag = '';
    }
  }
  if (fields.size > 0) yield item();
};

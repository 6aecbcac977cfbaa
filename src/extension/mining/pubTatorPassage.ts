import type { SourceDocument } from '../../mining/document';
import { PUBTATOR_FIELD, pubTatorDocument, type NumberedLine } from '../../mining/formats/pubTator';

/** A document in PubTator's form that stands in a file, with what is marked in it. */
export interface PubTatorPassage {
  source: SourceDocument;
  /** Where a part of its whole text stands in the file. */
  rangeOf(start: number, end: number): { from: number; to: number };
}

/**
 * The document in PubTator's form in a stretch of a file; undefined where the stretch begins otherwise.
 * @param text of the whole file
 * @throws PubTatorProblem for a document that can't be read
 */
export function pubTatorPassage(text: string, from: number, to: number): PubTatorPassage | undefined {
  const firstLine = text.slice(0, from).split('\n').length;
  const lines: (NumberedLine & { at: number })[] = [];
  let at = from;
  text
    .slice(from, to)
    .split('\n')
    .forEach((raw, i) => {
      lines.push({ line: firstLine + i, text: raw.replace(/\r$/, ''), at });
      at += raw.length + 1;
    });
  const block = lines.filter((line) => line.text.trim() !== '');
  if (block.length === 0 || !PUBTATOR_FIELD.test(block[0]!.text)) return undefined;
  const item = pubTatorDocument(block);
  if ('problem' in item) throw new PubTatorProblem(item.line);
  const { document } = item;
  /** Where the last field of a kind begins in the file, as the reader takes the last one. */
  const places = { t: from, a: from };
  for (const line of block) {
    const field = PUBTATOR_FIELD.exec(line.text);
    if (field) places[field[3] as 't' | 'a'] = line.at + field[1]!.length;
  }
  const bodyAt = document.title === '' ? 0 : document.title.length + 1;
  const placeOf = (offset: number): number => (offset < bodyAt ? places.t + offset : places.a + offset - bodyAt);
  return {
    source: document,
    rangeOf: (start, end) => ({ from: placeOf(start), to: end > start ? placeOf(end - 1) + 1 : placeOf(start) }),
  };
}

/** A document in PubTator's form can't be read. */
export class PubTatorProblem extends Error {
  override readonly name = 'PubTatorProblem';

  /** @param line of the file, from 1 */
  constructor(readonly line: number) {
    super(String(line));
  }
}

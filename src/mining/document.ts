import type { Span } from './grounding/names';
import { sentencesOf } from './grounding/sentences';

/** A named thing that somebody has marked in a document. */
export interface Mention extends Span {
  type: string;
  /** Identifiers, such as MeSH's; empty where it has none. */
  ids: readonly string[];
}

/** A document to be mined. */
export interface SourceDocument {
  id: string;
  /** Empty where it has none. */
  title: string;
  text: string;
  question?: string;
  conclusion?: string;
  /** What is marked in it already, by places in `wholeText`. */
  mentions?: readonly Mention[];
}

/** Title, one space, text: what offsets count in, as in PubTator's and BioC's files of abstracts. */
export function wholeText({ title, text }: Pick<SourceDocument, 'title' | 'text'>): string {
  return title === '' ? text : `${title} ${text}`;
}

/** Title and text in `wholeText`; the text alone where there is no title. */
export function documentParts({ title, text }: Pick<SourceDocument, 'title' | 'text'>): Span[] {
  if (title === '') return [{ start: 0, end: text.length }];
  const start = title.length + 1;
  return [
    { start: 0, end: title.length },
    { start, end: start + text.length },
  ];
}

/** The sentences of `wholeText`; a title is one of its own, whatever it ends in. */
export function documentSentences({ title, text }: Pick<SourceDocument, 'title' | 'text'>): Span[] {
  const before = title === '' ? 0 : title.length + 1;
  const shifted = sentencesOf(text).map(({ start, end }) => ({ start: start + before, end: end + before }));
  return [...sentencesOf(title), ...shifted];
}

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/;

/** Turns places in code points, which other programs count in, into places in UTF-16 units, and back. */
export class CodePoints {
  /** Place in UTF-16 units of each code point; null where the two are the same. */
  private readonly units: number[] | null = null;

  constructor(private readonly text: string) {
    if (!PAIR.test(text)) return;
    this.units = [];
    let at = 0;
    for (const character of text) {
      this.units.push(at);
      at += character.length;
    }
    this.units.push(at);
  }

  /** @returns undefined for a place outside of the text */
  toUnits(point: number): number | undefined {
    if (this.units) return this.units[point];
    return point >= 0 && point <= this.text.length ? point : undefined;
  }

  fromUnits(unit: number): number {
    if (!this.units) return unit;
    let low = 0;
    let high = this.units.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.units[middle]! < unit) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

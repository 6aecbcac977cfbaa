import {
  isConcatValue,
  isEntry,
  isTextStringValue,
  parse,
  type Entry,
} from 'latex-utensils/out/src/bibtex/bibtex_parser.js';
import { scopeAt } from '../../prose/proseDocument';

/** What a bibliography says of a work. */
export interface Work {
  key: string;
  /** As it would stand in running text, markup stripped. */
  title: string;
}

/** More of them say little about this document, and each takes its share of every request. */
const MOST_TITLES = 150;

/** Longer entries hold more than a reference; UTF-16 units. */
const LONGEST_ENTRY = 50_000;

/** What an entry begins with: outside of entries everything else is a comment (BibTeX's manual, btxdoc, section 2). */
const HEAD = /@\s*([a-zA-Z]+)\s*([{(])/y;
/** An entry with its key, or a name and its value, at the beginning of a line: the entry before it was never closed. */
const LINE_HEAD = /(?<=(?:^|\n)[ \t]*)@\s*(?:[a-zA-Z]+\s*[{(]\s*[^\s,{}()="]+\s*,|string\s*[{(]\s*[^\s,{}()="]+\s*=)/iy;
const SPACED_HEAD = /^@\s*([a-zA-Z]+)\s*([{(])\s*([^\s,{}()="]+)\s*,/;

/**
 * The works of a BibTeX file, one at each turn; null where an entry is no work, has no title or cannot be read.
 * A parser of whole files stops at the first mistake, and a large one keeps it busy for a second: each entry is
 * read by itself, and the caller may rest in between.
 */
export function* worksOf(bibTeX: string): Generator<Work | null> {
  let from: number | undefined;
  let close = '}';
  let depth = 0;
  // Braces count within values, escaped or not; a parenthesis ends an entry that one has begun.
  for (const { 0: sign, index } of bibTeX.matchAll(/[@{})]/g)) {
    if (sign === '@') {
      const pattern = from === undefined ? HEAD : LINE_HEAD;
      pattern.lastIndex = index;
      if (!pattern.test(bibTeX)) continue;
      if (from !== undefined) yield workOf(bibTeX.slice(from, index));
      from = index;
      depth = 0;
      HEAD.lastIndex = index;
      close = HEAD.exec(bibTeX)![2] === '(' ? ')' : '}';
    } else if (from !== undefined) {
      if (sign === '{') depth++;
      else if (sign === '}') depth--;
      if (sign !== close || depth > 0) continue;
      yield workOf(bibTeX.slice(from, index + 1));
      from = undefined;
    }
  }
  if (from !== undefined) yield workOf(bibTeX.slice(from));
}

function workOf(text: string): Work | null {
  if (text.length > LONGEST_ENTRY) return null;
  try {
    // The parser takes no blanks around a key.
    const entry = parse(text.replace(SPACED_HEAD, '@$1$2$3,')).content.find(isEntry);
    const title = entry && titleOf(entry);
    return entry?.internalKey && title ? { key: entry.internalKey, title } : null;
  } catch {
    return null;
  }
}

function titleOf(entry: Entry): string {
  const value = entry.content.find(({ name }) => name.toLowerCase() === 'title')?.value;
  if (value === undefined) return '';
  const parts = isConcatValue(value) ? value.content : [value];
  const laTeX = parts
    .filter(isTextStringValue)
    .map(({ content }) => content)
    .join(' ');
  // A full stop keeps a command that ends the title from waiting for more.
  const scope = scopeAt('latex', inSentenceCase(laTeX), Infinity);
  return scope.prose ? scope.textBefore.trim() : '';
}

/**
 * A title with small letters as inside a sentence, but in braces and where a word is more than a capital and small
 * letters: all of a title in Title Case, as BibTeX's styles do, else its first word.
 */
function inSentenceCase(laTeX: string): string {
  const title = laTeX.replace(/^\s*\{((?:[^{}]|\{[^{}]*\})*)\}\s*$/u, '$1');
  const outside = title.replace(/\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/gu, '').replace(/\\[a-zA-Z]+/gu, '');
  const long = outside.match(/(?<!\p{L})\p{L}{4,}/gu) ?? [];
  const capitals = long.slice(1).filter((word) => /^\p{Lu}/u.test(word)).length;
  if (capitals * 2 <= long.length - 1) return title.replace(/^\p{Lu}\p{Ll}+(?!\p{L})/u, (word) => word.toLowerCase());
  let depth = 0;
  return title.replace(/[{}]|(?<![\p{L}\\])\p{Lu}\p{Ll}+(?!\p{L})/gu, (match) => {
    if (match === '{') depth++;
    else if (match === '}') depth--;
    else if (depth === 0) return match.toLowerCase();
    return match;
  });
}

/** The titles that a document most likely has in mind: of what it cites, then of what was added last. */
export function relevantTitles(works: readonly Work[], cited: ReadonlySet<string>): string[] {
  const latest = [...works].reverse();
  const inMind = [...latest.filter(({ key }) => cited.has(key)), ...latest.filter(({ key }) => !cited.has(key))];
  return [...new Set(inMind.map(({ title }) => title))].slice(0, MOST_TITLES).reverse();
}

import type { Context } from './context';
import type { Definition } from './entry';
import { isEveryday, isFunctionWord } from './everydayWords';
import type { Glossary } from './glossary';

/** The longest name that is looked for, in words. */
const MOST_WORDS = 8;
/** A name doesn't reach over these. */
const BREAK = /[.;:!?,()[\]{}"“”|]\s|\n\s*\n|[()[\]{}"“”|;]/gu;
const WORD = /[\p{L}\p{N}]+(?:['’′-][\p{L}\p{N}]+)*[+%]?/gu;
/** More than the longest name on each side of the place. */
const REACH = 160;
/** Latin phrases that begin with what is a function word in English. */
const LATIN = /^(?:in (?:vitro|vivo|situ|silico|utero)|de novo|ex vivo|ad libitum|per os)$/iu;

/** Function words that are abbreviations in capitals. */
const SYMBOLS = new Set(['OR', 'US']);

export interface TermAt {
  /** UTF-16 offsets of the term in the text. */
  readonly start: number;
  readonly end: number;
  readonly definitions: readonly Definition[];
}

interface Word {
  readonly start: number;
  readonly end: number;
}

/**
 * The longest term around a place of a text, for pointing at. Everyday and function words are no terms by
 * themselves, and no term begins or ends with a function word.
 * @param text prose around the place, without markup
 * @param offset UTF-16 offset of the place in `text`
 * @throws GlossaryError when the file can't be used
 */
export function longestMatchAt(
  glossary: Glossary,
  text: string,
  offset: number,
  context?: Context,
): TermAt | undefined {
  const words = wordsAround(text, offset);
  const at = words.findIndex(({ start, end }) => start <= offset && offset <= end);
  if (at < 0) return undefined;
  for (let length = Math.min(MOST_WORDS, words.length); length >= 1; length--) {
    for (let first = Math.max(0, at - length + 1); first <= at && first + length <= words.length; first++) {
      const { start } = words[first]!;
      const { end } = words[first + length - 1]!;
      const name = text.slice(start, end);
      if (!mayBeTerm(name) || !glossary.has(name)) continue;
      const definitions = glossary.lookup(name, context);
      if (definitions.length > 0) return { start, end, definitions };
    }
  }
  return undefined;
}

/** Whether words of prose may be pointed out as a term. */
export function mayBeTerm(name: string): boolean {
  const words = name.match(WORD) ?? [];
  if (words.length === 0 || !/\p{L}/u.test(name)) return false;
  if (words.length === 1 && isFunctionWord(name)) return SYMBOLS.has(name);
  if (words.length === 1) return name.length >= (/\p{Lu}.*\p{Lu}|\p{Lu}.*\d/u.test(name) ? 2 : 4) && !isEveryday(name);
  if (LATIN.test(name)) return true;
  return !isFunctionWord(words[0]!) && !isFunctionWord(words.at(-1)!);
}

/** The words of the clause around a place. */
function wordsAround(text: string, offset: number): Word[] {
  const from = Math.max(0, offset - REACH);
  const to = Math.min(text.length, offset + REACH);
  let start = from;
  let end = to;
  for (const found of text.slice(from, to).matchAll(BREAK)) {
    const at = from + found.index;
    if (at + found[0].length <= offset) start = at + found[0].length;
    else if (at >= offset) {
      end = at;
      break;
    }
  }
  const words: Word[] = [];
  for (const found of text.slice(start, end).matchAll(WORD))
    words.push({ start: start + found.index, end: start + found.index + found[0].length });
  // The first and the last one may be cut off.
  if (start === from && from > 0) words.shift();
  if (end === to && to < text.length) words.pop();
  return words;
}

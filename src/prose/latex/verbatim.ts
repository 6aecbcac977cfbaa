import type { ScopeReason } from '../scope';
import { BRACED_CODE, DELIMITED_URL, matchAt, ON_LINE, OWN_BRACED_CODE, OWN_VERB, SET_ASIDE, VERB } from './tokens';

/** Text that TeX takes as it stands, with the command before it and the delimiters around it. */
export interface Verbatim {
  end: number;
  reason: ScopeReason;
  /** It isn't finished: what is typed at its end belongs to it. */
  open: boolean;
  /** What is read there; null for nothing. */
  literal: string | null;
  /** It is set apart from the text around it. */
  aside: boolean;
}

/**
 * What a control word takes as it stands, if it does.
 * @param pos its backslash
 * @param wordEnd behind its name
 * @param own the commands of this kind that the document defines
 * @param url whether the word's argument is an address
 */
export function verbatimAt(
  text: string,
  pos: number,
  { name, wordEnd, own, url }: { name: string; wordEnd: number; own: ReadonlySet<string>; url: boolean },
): Verbatim | null {
  if (name === 'verb' || name === 'Verb' || name === 'lstinline' || name === 'mintinline') {
    const delimited = matchAt(VERB, text, pos);
    if (delimited !== null) return verbatimBetween(text, delimited[1]!, pos + delimited[0].length);
    const braced = matchAt(BRACED_CODE, text, pos);
    if (braced !== null) return whole(pos + braced[0].length, 'verbatim', braced[1]!);
  }
  if (own.has(name)) {
    const delimited = matchAt(OWN_VERB, text, wordEnd);
    if (delimited !== null) return verbatimBetween(text, delimited[1]!, wordEnd + delimited[0].length);
    const braced = matchAt(OWN_BRACED_CODE, text, wordEnd);
    if (braced !== null) return whole(wordEnd + braced[0].length, 'verbatim', braced[1]!);
  }
  if (name === 'mint' || name === 'SaveVerb') {
    const aside = matchAt(SET_ASIDE, text, pos);
    if (aside !== null) return { ...whole(pos + aside[0].length, 'verbatim', null), aside: true };
  }
  const address = url ? matchAt(DELIMITED_URL, text, pos) : null;
  return address === null ? null : whole(pos + address[0].length, 'url', null);
}

/** Text up to the next `sign` on its line, or to the line's end. @param from where it begins */
export function verbatimBetween(text: string, sign: string, from: number): Verbatim {
  const rest = text.slice(from, from + ON_LINE);
  const line = rest.indexOf('\n');
  const lineEnd = from + (line < 0 ? rest.length : line);
  const found = rest.indexOf(sign);
  const end = from + found;
  return found >= 0 && end < lineEnd
    ? whole(end + 1, 'verbatim', text.slice(from, end))
    : { ...whole(lineEnd, 'verbatim', null), open: true };
}

function whole(end: number, reason: ScopeReason, literal: string | null): Verbatim {
  return { end, reason, open: false, literal, aside: false };
}

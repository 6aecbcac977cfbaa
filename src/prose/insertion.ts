import { escapeFor, type EscapeContext } from './escape';
import type { ProseLanguage } from './scope';
import { suffixOverlap } from './suffix';

/** The cursor's line, up to the cursor and from it. */
export interface CursorLine {
  linePrefix: string;
  lineSuffix: string;
}

/** A suggestion as text: what to write at the cursor, over how much of the rest of the line. */
export interface Insertion {
  text: string;
  /** Characters after the cursor that `text` already contains (a closing bracket, say). */
  covers: number;
}

/** What ends in a space, written as one or not. */
const SPACE_BEFORE: Readonly<Record<ProseLanguage, RegExp>> = {
  markdown: /(?:\s|&(?:nbsp|thinsp|ensp|emsp);)$/,
  plaintext: /\s$/,
  latex: /(?:\s|(?<!\\)~|\\[,;: ]|\\(?:quad|enspace|thinspace|space)\{\})$/,
};

/**
 * What the model wrote, as it is written into a document: escaped for its place, no second space, without
 * what the line already has behind the cursor.
 */
export function insertionFor(
  language: ProseLanguage,
  place: EscapeContext,
  { linePrefix, lineSuffix }: CursorLine,
  answer: string,
): Insertion {
  const spaced = SPACE_BEFORE[language].test(linePrefix) ? answer.trimStart() : answer;
  if (language === 'markdown' && TAG_BEGINS.test(linePrefix) && TAG_GOES_ON.test(spaced))
    return { text: '', covers: 0 };
  const inLink = language === 'markdown' && LINK_BEHIND.test(lineSuffix) && !balanced(spaced);
  const text = escapeFor(language, { ...place, inLink, following: lineSuffix.charAt(0) }, spaced);
  const covers = closedBy(text, lineSuffix);
  const after = lineSuffix.slice(covers);
  // A bracket at the text's end that it opened itself is not the one behind the cursor.
  if (/^[)\]}]/.test(after)) return { text: withoutEnd(text.trimEnd(), after), covers };
  // Words behind the cursor are no reason for silence here: whether to suggest is decided before.
  return { text: suffixOverlap(text, after) ?? text, covers };
}

/** Without the full stop that follows behind the brackets. */
function withoutEnd(text: string, after: string): string {
  return /^[)\]}"'”’*_]+[.,;:!?]/.test(after) ? text.replace(/[.,;:!?]+$/, '') : text;
}

/** What stands before the cursor and what would follow make an HTML tag together. */
const TAG_BEGINS = /(?<!\\)<$/;
const TAG_GOES_ON = /^[a-zA-Z/!?]/;

/** The cursor is in a link's text, or before one on the same line. */
const LINK_BEHIND = /^[^[\]]*\](?=[([{])/;

function balanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[') depth++;
    else if (character === ']' && --depth < 0) return false;
  }
  return depth === 0;
}

const BRACKETS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * How many of the brackets behind the cursor, closed by the editor as it does, `text` closes itself:
 * `IL-6) rose` before `)` closes one, and is written over it.
 */
function closedBy(text: string, lineSuffix: string): number {
  // A bracket that an address follows is a link's.
  const closing = /^(?:[)}]|\](?![([{]))*/.exec(lineSuffix)![0];
  const open: string[] = [];
  let closed = 0;
  for (const character of text.replace(/\\[^a-zA-Z]/g, '')) {
    if (BRACKETS[character]) open.push(BRACKETS[character]);
    else if (character === open[open.length - 1]) open.pop();
    else if (closed < closing.length && open.length === 0 && character === closing[closed]) closed++;
  }
  return closed;
}

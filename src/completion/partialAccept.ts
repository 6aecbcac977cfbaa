/** How much of a suggestion is accepted at once. */
export type AcceptUnit = 'word' | 'sentence';

/** What ends a clause or closes what was opened before it; it stays behind a word. */
const TRAILING = /[.,;:!?)\]}>"'”’»]$/;
const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
/** Words that a full stop follows inside a sentence. */
const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|cf|vs|approx|ca|al|Figs?|Tabs?|Eqs?|Refs?|No|Nos|Dr|Prof|St|spp?|subsp|var|[A-Z])\.$/u;

/**
 * The first word or sentence of `text`, with the blanks before it. A term is one word, `IL-6`, `TNF-α`, `5-HT2A`
 * and `p < 0.05` in math as well as `\textit{in vivo}`: markup is not torn apart. All of it when there is no end.
 */
export function partToAccept(text: string, unit: AcceptUnit): string {
  return unit === 'word' ? firstWord(text) : firstSentence(text);
}

function firstWord(text: string): string {
  let end = /^\s*/.exec(text)![0].length;
  do {
    end += /^\s*(?:[^\s\u2014]+|\u2014)/u.exec(text.slice(end))?.[0].length ?? 0;
  } while (end < text.length && tornMarkup(text.slice(0, end)));
  let word = text.slice(0, end);
  while (word.trim().length > 1 && TRAILING.test(word) && !closesInside(word)) word = word.slice(0, -1);
  // A word that is punctuation only: as it stands.
  return /[\p{L}\p{N}]/u.test(word) ? word : text.slice(0, end);
}

function firstSentence(text: string): string {
  for (const { index, 0: ending } of text.matchAll(/[.!?]["'”’)\]}]*(?=\s|$)/gu)) {
    const sentence = text.slice(0, index + ending.length);
    if (!ABBREVIATION.test(text.slice(0, index + 1)) && !tornMarkup(sentence)) return sentence;
  }
  return text;
}

/** Whether `part` ends inside a group of LaTeX, math or code. */
function tornMarkup(part: string): boolean {
  const plain = part.replace(/\\[\\{}$`]/g, '');
  const count = (pattern: RegExp): number => plain.match(pattern)?.length ?? 0;
  return count(/\{/g) > count(/\}/g) || count(/\$/g) % 2 === 1 || count(/`/g) % 2 === 1;
}

/** Whether the last character closes a bracket that was opened in `word`: of `(IL-6)` it is a part. */
function closesInside(word: string): boolean {
  const last = word.at(-1)!;
  const opening = Object.keys(PAIRS).find((open) => PAIRS[open] === last);
  if (opening === undefined) return false;
  const count = (character: string): number => word.split(character).length - 1;
  return count(opening) >= count(last);
}

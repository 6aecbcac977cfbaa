import { digraphsFolded, greekSpeltOut, KEYS_KEPT, wordKey } from './spelling';

const COMBINING = /\p{M}+/gu;
const NOT_WORD = /[^\p{L}\p{N}]+/u;
/** The plural of an abbreviation: `RCTs`, `SAEs`. */
const ABBREVIATION_PLURAL = /(?<![\p{L}\p{N}])(\p{Lu}[\p{Lu}\p{N}-]*[\p{Lu}\p{N}])s(?![\p{L}\p{N}])/gu;
const POSSESSIVE = /(?<=\p{L})['’ʼ´`](?:s(?![\p{L}\p{N}]))?|['’′″ʼ´`]/gu;
const ARTICLES = new Set(['the', 'a', 'an']);
const JOINING = new Set([
  'and',
  'or',
  'for',
  'in',
  'with',
  'by',
  'to',
  'from',
  'on',
  'at',
  'of',
  'without',
  'due',
  'as',
]);

/** The keys of the words of a text, in order. */
export function wordKeys(text: string): string[] {
  return unfoldedKeys(text).map(folded);
}

/** `digraphsFolded`, each key once. */
function folded(key: string): string {
  let known = foldedKeys.get(key);
  if (known === undefined) {
    known = digraphsFolded(key);
    if (foldedKeys.size >= KEYS_KEPT) foldedKeys.clear();
    foldedKeys.set(key, known);
  }
  return known;
}

const foldedKeys = new Map<string, string>();

function unfoldedKeys(text: string): string[] {
  const plain = greekSpeltOut(text.normalize('NFKD').replace(COMBINING, ''))
    .replace(POSSESSIVE, '')
    .replace(ABBREVIATION_PLURAL, '$1')
    .replace(/ß/g, 'beta')
    .replace(/&/g, ' and ')
    .toLowerCase();
  const keys: string[] = [];
  for (const word of plain.split(NOT_WORD)) if (word !== '') keys.push(wordKey(word, keys.at(-1)));
  return keys;
}

/** Words as one key: without spaces, so that `T cell`, `T-cell` and `IL 6`, `IL-6`, `IL6` are the same. */
function joinedKey(words: readonly string[]): string {
  let key = '';
  for (const word of words) key += /\d$/.test(key) && /^\d/.test(word) ? ` ${word}` : word;
  return key;
}

/** `cancer of the lung` → `lung cancer`, where there is one "of" and no other joining word. */
function ofInverted(words: string[]): string[] {
  const at = words.indexOf('of');
  if (at <= 0 || at === words.length - 1) return words;
  const head = words.slice(0, at);
  let tail = words.slice(at + 1);
  if (ARTICLES.has(tail[0]!)) tail = tail.slice(1);
  if (tail.length === 0 || [...head, ...tail].some((word) => JOINING.has(word))) return words;
  return [...tail, ...head];
}

/** `Carcinoma, Basal Cell` → `Basal Cell Carcinoma`. */
function commaInverted(text: string): string {
  const parts = text.split(/,\s+/u);
  return parts.length === 2 && parts.every((part) => part !== '') ? `${parts[1]} ${parts[0]}` : text;
}

/**
 * The one form to look terms up by. Names that mean the same have the same key across case, accents, possessives,
 * plural, hyphens and dashes, Greek letters, British and American spelling, and inversion ("cancer of the lung",
 * "Lung Cancer", "Cancer, Lung").
 */
export function termKey(text: string): string {
  let words = unfoldedKeys(commaInverted(text.trim()));
  if (words.length > 1 && ARTICLES.has(words[0]!)) words = words.slice(1);
  // Of the whole, or `gastroenteritis` and `gastro-enteritis` would differ.
  return digraphsFolded(joinedKey(ofInverted(words)));
}

/** An abbreviation or symbol as a person writes one: capitals, digits and signs, with a plural's s aside. */
export function isAllCapital(term: string): boolean {
  const letters = term
    .trim()
    .replace(/(?<=[\p{Lu}\p{N}])s$/u, '')
    .replace(/[^\p{L}]/gu, '');
  return letters.length > 0 && !/\s/u.test(term.trim()) && letters === letters.toUpperCase() && /\p{Lu}/u.test(letters);
}

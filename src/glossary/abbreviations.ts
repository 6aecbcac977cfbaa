/**
 * What a document says an abbreviation stands for (Schwartz and Hearst 2003): "acute respiratory distress syndrome
 * (ARDS)", "ARDS (acute respiratory distress syndrome)", "ARDS: acute respiratory distress syndrome;".
 *
 * It looks for one abbreviation that was asked for, with digits, plural and Greek letters. The finder in the decoder
 * answers another question, which long forms a suggestion should shorten, and holds to plain capitals.
 */

const MOST_LETTERS = 12;
/** Where a long form ends on its left side. */
const CLAUSE = /[.;:!?()[\]]\s|[([]/u;

/** Whether a term is written like an abbreviation: at least two capitals, or a capital and a digit. */
export function isAbbreviation(term: string): boolean {
  if (term.length > MOST_LETTERS + 2 || /\s/u.test(term)) return false;
  const capitals = term.match(/\p{Lu}/gu)?.length ?? 0;
  return capitals >= 2 || (capitals === 1 && /\d/u.test(term));
}

/**
 * The long forms of `short` in `text`, each once, in the order of the text. None where the text doesn't say.
 * Runs over the text once for each of three patterns; nothing is kept.
 */
export function longFormsOf(short: string, text: string): string[] {
  const bare = short.replace(/(?<=\p{Lu})s$/u, '');
  if (bare.length < 2 || !text.includes(bare)) return [];
  const name = `${escaped(bare)}s?`;
  const found: string[] = [];
  const add = (long: string | null): void => {
    if (long !== null && !found.some((other) => other.toLowerCase() === long.toLowerCase())) found.push(long);
  };
  const behind = new RegExp(`[(\\[]\\s*(?:[a-z]+ )?["“'‘]?${name}["”'’]?\\s*(?=[)\\],;:=])`, 'gu');
  for (const { index } of text.matchAll(behind)) add(before(bare, text.slice(Math.max(0, index - 240), index)));
  const inFront = new RegExp(`(?<![\\p{L}\\p{N}-])${name}\\s*[(\\[]([^()[\\]]{4,120})[)\\]]`, 'gu');
  for (const { 1: inside } of text.matchAll(inFront)) add(wholly(bare, inside!));
  const listed = new RegExp(
    `(?<![\\p{L}\\p{N}-])${name}\\s*(?:[:=–—,]|\\s-\\s)\\s*([^.;:,()\\n]{4,120})(?=[.;,\\n]|$)`,
    'gu',
  );
  for (const { 1: inside } of text.matchAll(listed)) add(wholly(bare, inside!));
  // Where words begin with the letters, one that only holds them is chance: "pain intensity perception (PPI)".
  const clear = found.filter((long) => initials(lettersOf(bare), long) !== null);
  return clear.length === 0 ? found : found.filter((long) => clear.includes(long) || /[\s-]/u.test(long));
}

/** The long form that ends a text, or null. */
function before(short: string, text: string): string | null {
  const clause = text.trimEnd().split(CLAUSE).at(-1)!;
  const letters = lettersOf(short).length;
  const most = Math.min(letters + 6, 2 * letters + 1);
  const words = clause.trim().split(/\s+/u).slice(-most);
  return longForm(short, words.join(' '));
}

/** A text that is the long form as a whole, or null. */
function wholly(short: string, text: string): string | null {
  const long = text
    .trim()
    .replace(/^(?:the|an?) /u, '')
    .split(/,\s/u)[0]!;
  const words = long.split(/[\s-]+/u).length;
  if (words > lettersOf(short).length + 4) return null;
  const matched = longForm(short, long);
  return matched !== null && matched.length === long.length ? long : null;
}

const GREEK_NAMES: Readonly<Record<string, string>> = {
  α: 'a',
  β: 'b',
  γ: 'g',
  δ: 'd',
  κ: 'k',
  λ: 'l',
  μ: 'm',
  ω: 'o',
};

/** The characters of an abbreviation that its long form has to hold. */
function lettersOf(short: string): string[] {
  return [...short.toLowerCase()]
    .map((letter) => GREEK_NAMES[letter] ?? letter)
    .filter((letter) => /[\p{L}\p{N}]/u.test(letter));
}

/**
 * The end of `words` that an abbreviation stands for: by the first letters of words if they fit, so that PPI is a
 * "proton pump inhibitor" rather than a "pump inhibitor"; else by letters anywhere in them.
 */
function longForm(short: string, words: string): string | null {
  const letters = lettersOf(short);
  const without = letters.filter((letter) => !/\d/u.test(letter));
  // "36-item Short Form Health Survey (SF-36)": the number may be somewhere else.
  const loose = without.length < letters.length && /\d/u.test(words) ? without : undefined;
  return (
    initials(letters, words) ??
    aligned(letters, words) ??
    (loose && initials(loose, words)) ??
    (loose && aligned(loose, words)) ??
    null
  );
}

/** The shortest end of `words` whose words begin with the letters; small words may stand between. */
function initials(letters: readonly string[], words: string): string | null {
  if (letters.length < 2) return null;
  const starts = [...plainGreek(words).matchAll(/(?<![\p{L}\p{N}’'])[\p{L}\p{N}]+/gu)];
  let letter = letters.length - 1;
  for (let i = starts.length - 1; i >= 0; i--) {
    const word = starts[i]![0];
    if (word[0] === letters[letter]) {
      if (letter === 0) return words.slice(starts[i]!.index);
      letter--;
    } else if (!SMALL.has(word)) return null;
  }
  return null;
}

const SMALL = new Set([
  'of',
  'the',
  'and',
  'for',
  'in',
  'to',
  'with',
  'on',
  'by',
  'a',
  'an',
  'from',
  'at',
  'or',
  'per',
]);

function plainGreek(text: string): string {
  return text.toLowerCase().replace(/[αβγδκλμω]/gu, (letter) => GREEK_NAMES[letter]!);
}

/** The shortest end of `words` that holds the letters in order, the first one at the beginning of a word. */
function aligned(letters: readonly string[], words: string): string | null {
  if (letters.length < 2) return null;
  const text = plainGreek(words);
  let at = text.length;
  for (let i = letters.length - 1; i >= 0; i--) {
    do at = at <= 0 ? -1 : text.lastIndexOf(letters[i]!, at - 1);
    while (i === 0 && at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]!));
    if (at < 0) return null;
  }
  const long = words.slice(at);
  // One word shorter than three times the abbreviation is chance: "care (CR)".
  return /[\s-]/u.test(long) || long.length >= 3 * letters.length ? long : null;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

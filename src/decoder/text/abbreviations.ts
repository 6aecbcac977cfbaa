/** Words that a long form may have, by the characters of its short form (Schwartz and Hearst 2003). */
function mostWords(short: string): number {
  return Math.min(short.length + 5, 2 * short.length);
}

/** A short form in brackets: capitals, digits and hyphens, at least two capitals; "s" of a plural aside. */
const IN_BRACKETS = /\((?<short>\p{Lu}[\p{L}\p{N}-]{0,8}[\p{Lu}\p{N}])(?<plural>s?)\)/gu;
const TWO_CAPITALS = /\p{Lu}.*\p{Lu}/u;

/**
 * The abbreviations that a text defines, as in "tumour necrosis factor (TNF)": long forms in lower case, with
 * their short forms. The letters of a short form are found in its long form from the end, its first one at the
 * beginning of a word (Schwartz and Hearst 2003).
 */
export function abbreviationsIn(text: string): Map<string, string> {
  const defined = new Map<string, string>();
  for (const { index, groups } of text.matchAll(IN_BRACKETS)) {
    const short = groups!['short']!;
    if (!TWO_CAPITALS.test(short)) continue;
    const sentence = text
      .slice(Math.max(0, index - 200), index)
      .split(/[.;:!?()]\s|\(/u)
      .at(-1)!;
    const words = sentence.trim().split(/\s+/u).slice(-mostWords(short));
    const named = longForm(short, words.join(' '));
    const long = groups!['plural'] === '' ? named : (named?.replace(/s$/u, '') ?? null);
    if (long !== null && !defined.has(long)) defined.set(long, short);
  }
  return defined;
}

function longForm(short: string, words: string): string | null {
  const characters = [...short.toLowerCase()].filter((character) => /[\p{L}\p{N}]/u.test(character));
  const text = words.toLowerCase();
  let at = text.length;
  for (let i = characters.length - 1; i >= 0; i--) {
    do at = at === 0 ? -1 : text.lastIndexOf(characters[i]!, at - 1);
    while (i === 0 && at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]!));
    if (at < 0) return null;
  }
  const long = text.slice(at);
  return long.includes(' ') || long.includes('-') ? long : null;
}

/**
 * A suggestion that uses the abbreviations of the text before it: a long form becomes its short form, and none is
 * defined again. A sentence may begin with a long form.
 */
export function abbreviated(
  abbreviations: ReadonlyMap<string, string>,
  textBefore: string,
  suggestion: string,
): string {
  let text = suggestion;
  const index = indexOf(abbreviations);
  const before = textBefore.slice(-index.longest - 2);
  let candidates = index.begunIn(before + text);
  for (let i = 0; i < candidates.length; i++) {
    const { long, short, order } = candidates[i]!;
    const shorter = withShortForm(long, short, textBefore, text);
    if (shorter === text) continue;
    text = shorter;
    // A short form may be the beginning of another long form.
    candidates = index.begunIn(before + text).filter((other) => other.order > order);
    i = -1;
  }
  return text;
}

function withShortForm(long: string, short: string, textBefore: string, suggestion: string): string {
  let text = suggestion;
  const again = new RegExp(`(${escaped(long)}s?) ?\\(${escaped(short)}s?\\)`, 'giu');
  const tail = textBefore.slice(-long.length - 2);
  const once = (tail + text).replace(again, '$1');
  if (once.startsWith(tail)) text = once.slice(tail.length);
  const spelt = new RegExp(`(?<=[\\p{L}\\p{N},;] ?)(?<![\\p{L}\\p{N}-])${escaped(long)}(s?)(?![\\p{L}\\p{N}-])`, 'giu');
  const context = /[\p{L}\p{N},;]\s?$/u.test(textBefore) ? textBefore.slice(-2) : '';
  return (context + text).replace(spelt, (_, plural: string) => short + plural).slice(context.length);
}

interface Abbreviation {
  long: string;
  short: string;
  order: number;
}

/** Abbreviations by how their long forms begin: a manuscript may have thousands, and a suggestion is looked at with each token. */
class AbbreviationIndex {
  /** The longest long form, UTF-16 units. */
  readonly longest: number = 0;
  private readonly byWord = new Map<string, Abbreviation[]>();
  private readonly others: Abbreviation[] = [];

  constructor(abbreviations: ReadonlyMap<string, string>) {
    let order = 0;
    for (const [long, short] of abbreviations) {
      const word = /^[\p{L}\p{N}]+(?=[\s-])/u.exec(long)?.[0];
      const alike = word === undefined ? this.others : (this.byWord.get(word) ?? []);
      if (word !== undefined) this.byWord.set(word, alike);
      alike.push({ long, short, order: order++ });
      this.longest = Math.max(this.longest, long.length);
    }
  }

  /** Those whose long form a text may hold, in their order. */
  begunIn(text: string): Abbreviation[] {
    if (this.longest === 0) return [];
    const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
    return [...this.others, ...[...words].flatMap((word) => this.byWord.get(word) ?? [])].sort(
      (a, b) => a.order - b.order,
    );
  }
}

const indexes = new WeakMap<ReadonlyMap<string, string>, AbbreviationIndex>();

function indexOf(abbreviations: ReadonlyMap<string, string>): AbbreviationIndex {
  let index = indexes.get(abbreviations);
  if (!index) indexes.set(abbreviations, (index = new AbbreviationIndex(abbreviations)));
  return index;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&').replace(/ /g, '\\s+');
}

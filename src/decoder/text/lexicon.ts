/** Shorter words need no help, and fewer letters name too many. */
const SHORTEST_WORD = 5;
const FEWEST_LETTERS = 2;
/** A word, with the hyphens inside it. */
const WORD = /\p{L}[\p{L}\p{M}\p{N}]*(?:-[\p{L}\p{N}]+)*/gu;

/** Where a word was found, from the nearest to the farthest. */
export type WordSource = 'text' | 'manuscript' | 'list' | 'title' | 'field';

/**
 * How likely a word of a source is to come next, before anything is typed of it: `share` of all words that are written come
 * from the source, divided by its occurrences and some more that stand for what it lacks (`unseen`). Words of
 * the field come with their frequencies. Chosen on training text.
 */
const SOURCES: Readonly<Record<WordSource, { share: number; unseen: number }>> = {
  text: { share: 0.4, unseen: 400 },
  manuscript: { share: 0.3, unseen: 4_000 },
  list: { share: 0.02, unseen: 300 },
  title: { share: 0.05, unseen: 2_000 },
  field: { share: 0.3, unseen: 0 },
};

/** The words of a text and how often it has each. */
export interface WordCounts {
  readonly counts: ReadonlyMap<string, number>;
  /** All words, short ones too. */
  readonly total: number;
}

export interface Candidate {
  /** As its source writes it; a sentence's capital aside. */
  word: string;
  /** How likely it is to come next. */
  prior: number;
}

export function countWords(texts: readonly string[]): WordCounts {
  const counts = new Map<string, number>();
  let total = 0;
  for (const text of texts) {
    for (const { 0: word, index } of text.matchAll(WORD)) {
      total++;
      if (word.length < SHORTEST_WORD) continue;
      const form = beginsSentence(text, index) ? inSmallLetters(word) : word;
      counts.set(form, (counts.get(form) ?? 0) + 1);
    }
  }
  return { counts, total };
}

/**
 * The words that letters may be the beginning of, likeliest first. The word that is being typed must not be among the
 * sources. Letters in capitals name words in capitals alone; a single first capital names any.
 */
export function candidatesFor(letters: string, sources: readonly (readonly [WordSource, WordCounts])[]): Candidate[] {
  if (letters.length < FEWEST_LETTERS || !/^\p{L}[\p{L}\p{N}-]*$/u.test(letters)) return [];
  const small = /^\p{Lu}[\p{Ll}\p{N}-]+$/u.test(letters) ? inSmallLetters(letters) : letters;
  const priors = new Map<string, Candidate>();
  for (const [source, { counts, total }] of sources) {
    const { share, unseen } = SOURCES[source];
    for (const [word, count] of counts) {
      if (!(word.startsWith(letters) || word.startsWith(small))) continue;
      // A heading's "Immunology" and a text's "immunology" are one word behind "Immuno".
      const rest = word.slice(letters.length);
      let known = priors.get(rest);
      if (known === undefined) priors.set(rest, (known = { word, prior: 0 }));
      known.prior += (share * count) / (total + unseen);
    }
  }
  return [...priors.values()].sort((a, b) => b.prior - a.prior);
}

function beginsSentence(text: string, at: number): boolean {
  return at === 0 || /[.!?:] $/.test(text.slice(Math.max(0, at - 2), at));
}

/** A first capital alone goes: "Sivelestat" becomes "sivelestat", "PubMed" and "DNA" stay. */
function inSmallLetters(word: string): string {
  return /^\p{Lu}[\p{Ll}\p{N}-]+$/u.test(word) ? word.charAt(0).toLowerCase() + word.slice(1) : word;
}

/** The words of texts that come with each request and seldom change: counted once. */
export class CountedTexts {
  private texts: readonly string[] = [];
  private counted: WordCounts = countWords([]);

  of(texts: readonly string[]): WordCounts {
    const known = texts.length === this.texts.length && texts.every((text, i) => text === this.texts[i]);
    if (!known) [this.texts, this.counted] = [texts, countWords(texts)];
    return this.counted;
  }
}

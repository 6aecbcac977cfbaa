import type { KeptText } from '../../protocol/decoder';
import { countWords, type WordCounts } from './lexicon';

/** Of the nearest texts, as much as tells how a manuscript spells and hyphenates; characters. */
const STYLE_LENGTH = 16_000;
/** Words that are made likelier: more of them cost time with each token. */
const MOST_WORDS = 400;
/** Shorter words are common ones, which models know. */
const SHORTEST = 6;

/** What other files of a manuscript say, the nearest first. */
export interface Manuscript {
  /** All of it: facts that it holds may be repeated, and its abbreviations used. */
  readonly text: string;
  /** The nearest part. */
  readonly style: string;
  /** Words that the tokenizer has to spell in pieces, the most frequent first. */
  readonly rareWords: readonly string[];
  /** All its words. */
  readonly words: WordCounts;
}

interface KeptFile {
  text: string;
  words: WordCounts;
}

/** The texts of the manuscripts that are being written, by their ids: sent once, named by each request. */
export class Manuscripts {
  private readonly files = new Map<string, KeptFile>();
  private known: { ids: string; manuscript: Manuscript } | undefined;

  /** Takes texts, and forgets those whose id is not among `keep`. */
  put(texts: readonly KeptText[], keep: readonly string[]): void {
    const kept = new Set(keep);
    for (const id of this.files.keys()) if (!kept.has(id)) this.files.delete(id);
    for (const { id, text } of texts) if (kept.has(id)) this.files.set(id, { text, words: countWords([text]) });
    this.known = undefined;
  }

  /**
   * @param ids nearest first; those that are not here are left out
   * @param pieces how many pieces the tokenizer spells a word in
   */
  of(ids: readonly string[], pieces: (word: string) => number): Manuscript | undefined {
    const key = ids.join(' ');
    if (this.known?.ids === key) return this.known.manuscript;
    const files = ids.flatMap((id) => this.files.get(id) ?? []);
    if (files.length === 0) return undefined;
    const text = files.map((file) => file.text).join('\n');
    const words = sumOf(files.map((file) => file.words));
    const manuscript = { text, style: text.slice(0, STYLE_LENGTH), rareWords: rarest(words, pieces), words };
    this.known = { ids: key, manuscript };
    return manuscript;
  }
}

function sumOf(parts: readonly WordCounts[]): WordCounts {
  const counts = new Map<string, number>();
  let total = 0;
  for (const part of parts) {
    total += part.total;
    for (const [word, count] of part.counts) counts.set(word, (counts.get(word) ?? 0) + count);
  }
  return { counts, total };
}

function rarest({ counts }: WordCounts, pieces: (word: string) => number): string[] {
  return [...counts]
    .filter(([word]) => word.length >= SHORTEST && pieces(word) > 1)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_WORDS)
    .map(([word]) => word);
}

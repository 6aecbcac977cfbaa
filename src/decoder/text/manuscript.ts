import type { KeptText } from '../../protocol/decoder';
import { abbreviationsIn } from './abbreviations';
import { FactSource, SearchedText } from './facts';
import { countWords, type WordCounts } from './lexicon';

/** Of the nearest texts, as much as tells how a manuscript spells and hyphenates; characters. */
const STYLE_LENGTH = 16_000;
/** Words that are made likelier: more of them cost time with each token. */
const MOST_WORDS = 400;
/** Shorter words are common ones, which models know. */
const SHORTEST = 6;

/** What other files of a manuscript say, the nearest first. */
export interface Manuscript {
  /** What may be repeated. */
  readonly facts: FactSource;
  /** Long forms with their short forms, the nearest meaning of each. */
  readonly abbreviations: ReadonlyMap<string, string>;
  /** The nearest part of the text. */
  readonly style: string;
  /** Words that the tokenizer has to spell in pieces, the most frequent first. */
  readonly rareWords: readonly string[];
  /** The words that begin with the same two letters as some, capitals or not, among all words. */
  wordsLike(letters: string): WordCounts;
}

/** A file, and what is found out about it once. */
class KeptFile {
  readonly words: WordCounts;
  readonly searched: SearchedText;
  #abbreviations: ReadonlyMap<string, string> | undefined;

  constructor(readonly text: string) {
    this.words = countWords([text]);
    this.searched = new SearchedText(text);
  }

  get abbreviations(): ReadonlyMap<string, string> {
    return (this.#abbreviations ??= abbreviationsIn(this.text));
  }
}

/** The texts of the manuscripts that are being written, by their ids: sent once, named by each request. */
export class Manuscripts {
  private readonly files = new Map<string, KeptFile>();
  private known: { ids: string; manuscript: Manuscript } | undefined;

  /** Takes texts, and forgets those whose id is not among `keep`. */
  put(texts: readonly KeptText[], keep: readonly string[]): void {
    const kept = new Set(keep);
    for (const id of this.files.keys()) if (!kept.has(id)) this.files.delete(id);
    for (const { id, text } of texts) if (kept.has(id)) this.files.set(id, new KeptFile(text));
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
    const words = sumOf(files.map((file) => file.words));
    const manuscript = {
      facts: new FactSource(files.map(({ searched }) => searched)),
      abbreviations: nearestOf(files.map(({ abbreviations }) => abbreviations)),
      style: beginningOf(files),
      rareWords: rarest(words, pieces),
      wordsLike: byBeginning(words),
    };
    this.known = { ids: key, manuscript };
    return manuscript;
  }
}

function nearestOf(parts: readonly ReadonlyMap<string, string>[]): Map<string, string> {
  const nearest = new Map<string, string>();
  for (const part of parts) for (const [long, short] of part) if (!nearest.has(long)) nearest.set(long, short);
  return nearest;
}

function beginningOf(files: readonly KeptFile[]): string {
  let text = '';
  for (const file of files) {
    if (text.length >= STYLE_LENGTH) break;
    text += `${text === '' ? '' : '\n'}${file.text.slice(0, STYLE_LENGTH)}`;
  }
  return text.slice(0, STYLE_LENGTH);
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
  const frequent = [...counts].filter(([word]) => word.length >= SHORTEST).sort(([, a], [, b]) => b - a);
  const rare: string[] = [];
  // To spell all words of a long manuscript would take half a second.
  for (const [word] of frequent) {
    if (rare.length >= MOST_WORDS) break;
    if (pieces(word) > 1) rare.push(word);
  }
  return rare;
}

function byBeginning({ counts, total }: WordCounts): (letters: string) => WordCounts {
  const beginning = (word: string): string => word.slice(0, 2).toLowerCase();
  const sorted = new Map<string, Map<string, number>>();
  for (const [word, count] of counts) {
    const alike = sorted.get(beginning(word));
    if (alike) alike.set(word, count);
    else sorted.set(beginning(word), new Map([[word, count]]));
  }
  return (letters) => ({ counts: sorted.get(beginning(letters)) ?? new Map<string, number>(), total });
}

import type { Kind } from '../../src/glossary/entry';

/** A line of the input: one definition of one term, as its source has it. */
export interface RawEntry {
  readonly term: string;
  readonly synonyms: readonly string[];
  readonly definition: string;
  readonly source: string;
  readonly id: string;
  readonly url: string;
  readonly licence: string;
  readonly rank: number;
  readonly kind: Kind;
}

/** What all definitions together say about words. */
export interface Vocabulary {
  /** How often a word stands inside sentences in lower case. */
  lower(word: string): number;
  /** How often it stands inside sentences with a capital. */
  capital(word: string): number;
}

/** Mends an entry, or drops it. Gets one entry at a time; an entry it has nothing to say about is returned as it is. */
export interface Rule {
  readonly name: string;
  readonly apply: (entry: RawEntry, vocabulary: Vocabulary) => RawEntry | null;
}

/** A rule that changes the definition of entries from some sources (all where none is named). */
export function mendsText(
  name: string,
  mend: (definition: string, entry: RawEntry, vocabulary: Vocabulary) => string,
  from?: RegExp,
): Rule {
  return {
    name,
    apply: (entry, vocabulary) => {
      if (from !== undefined && !from.test(entry.source)) return entry;
      const definition = mend(entry.definition, entry, vocabulary);
      return definition === entry.definition ? entry : { ...entry, definition };
    },
  };
}

/** A rule that drops what is no definition. */
export function drops(name: string, is: (entry: RawEntry) => boolean): Rule {
  return { name, apply: (entry) => (is(entry) ? null : entry) };
}

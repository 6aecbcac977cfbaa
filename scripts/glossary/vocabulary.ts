import type { RawEntry, Vocabulary } from './rawEntry';

/** Counts the words of all definitions, first words of sentences aside. */
export function vocabularyOf(entries: readonly RawEntry[]): Vocabulary {
  const counts = new Map<string, number>();
  for (const { definition } of entries)
    for (const [word] of definition.matchAll(/(?<=[a-z,;)] )[A-Za-z][a-z]+(?![A-Za-z0-9])/g))
      counts.set(word, (counts.get(word) ?? 0) + 1);
  const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
  return {
    lower: (word) => counts.get(word.toLowerCase()) ?? 0,
    capital: (word) => counts.get(capitalised(word)) ?? 0,
  };
}

import type { Work } from './works';

/** More of them say little about this document, and each takes its share of every request. */
const MOST_TITLES = 150;

/** The titles that a document most likely has in mind: of what it cites, then of what was added last. */
export function titlesInMind(works: readonly Work[], cited: ReadonlySet<string>): string[] {
  const latest = [...works].reverse();
  const inMind = [...latest.filter(({ key }) => cited.has(key)), ...latest.filter(({ key }) => !cited.has(key))];
  return [...new Set(inMind.map(({ title }) => title))].slice(0, MOST_TITLES).reverse();
}

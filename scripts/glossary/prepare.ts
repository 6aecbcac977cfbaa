import { termKey } from '../../src/glossary/normalForm';
import type { RawEntry, Rule } from './rawEntry';
import { DROP_RULES } from './rules/drops';
import { NAME_RULES, SAME_NAMES } from './rules/names';
import { RANK_RULES } from './rules/ranks';
import { TEXT_RULES } from './rules/text';
import { vocabularyOf } from './vocabulary';

/** All rules, in the order they are applied: names first, since openings of definitions hold some. */
export const RULES: readonly Rule[] = [...NAME_RULES, SAME_NAMES, ...TEXT_RULES, ...DROP_RULES, ...RANK_RULES];

/** More definitions of one term than this tell a reader nothing new. */
const MOST_OF_ONE_TERM = 5;

export interface Prepared {
  readonly entries: RawEntry[];
  /** What each rule did, with some of the entries before and after. */
  readonly done: Map<string, { mended: number; dropped: number; examples: [RawEntry, RawEntry | null][] }>;
}

/**
 * The entries that ship, in the order of their keys.
 * @param raw definitions of the sources
 * @param additions our own definitions
 */
export function prepare(raw: readonly RawEntry[], additions: readonly RawEntry[]): Prepared {
  const vocabulary = vocabularyOf(raw);
  const done: Prepared['done'] = new Map();
  const note = (name: string, before: RawEntry, after: RawEntry | null): void => {
    let counts = done.get(name);
    if (counts === undefined) done.set(name, (counts = { mended: 0, dropped: 0, examples: [] }));
    if (after === null) counts.dropped++;
    else counts.mended++;
    counts.examples.push([before, after]);
  };
  const kept: RawEntry[] = [];
  for (const entry of raw) {
    let now: RawEntry | null = entry;
    for (const rule of RULES) {
      const before: RawEntry = now;
      now = rule.apply(before, vocabulary);
      if (now !== before) note(rule.name, before, now);
      if (now === null) break;
    }
    if (now !== null) kept.push(now);
  }
  kept.push(...additions);
  return { entries: withoutRepetition(kept, (entry) => note('said already', entry, null)), done };
}

/** One entry for each definition, at most {@link MOST_OF_ONE_TERM} for each name, in the order of their keys. */
function withoutRepetition(entries: readonly RawEntry[], drop: (entry: RawEntry) => void): RawEntry[] {
  const keyed = entries.map((entry) => ({ entry, key: termKey(entry.term) }));
  keyed.sort(
    (a, b) =>
      compare(a.key, b.key) ||
      a.entry.rank - b.entry.rank ||
      compare(a.entry.source, b.entry.source) ||
      compare(a.entry.id, b.entry.id),
  );
  const said = new Set<string>();
  const counts = new Map<string, number>();
  const kept: RawEntry[] = [];
  for (const { entry, key } of keyed) {
    const words = `${key}\n${entry.definition
      .toLowerCase()
      .replace(/^(?:an?|the) |[^a-z0-9]/g, '')
      .slice(0, 70)}`;
    const once = `${key}\n${entry.source}`;
    const count = counts.get(key) ?? 0;
    if (key === '' || said.has(words) || said.has(once) || count >= MOST_OF_ONE_TERM) {
      drop(entry);
      continue;
    }
    said.add(words).add(once);
    counts.set(key, count + 1);
    kept.push(entry);
  }
  return kept;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

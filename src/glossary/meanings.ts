import type { Definition, Entry, Kind } from './entry';
import { isAllCapital, termKey } from './normalForm';
import { contentWords } from './senses';

/** Kinds under which sources file the same thing. */
const FAMILIES: readonly (readonly Kind[])[] = [
  ['disease', 'symptom'],
  ['gene', 'protein'],
  ['drug', 'chemical', 'protein'],
  ['cell', 'anatomy'],
  ['method', 'procedure', 'measurement', 'statistics', 'intervention'],
];

/** Words that definitions of an abbreviation share where they mean the same; fewer are chance. */
const MUCH_SHARED = 4;

/** What sources say about one meaning of a term, the best first; never empty. */
export type Meaning = readonly [Definition, ...Definition[]];

/**
 * Definitions sorted by what they define, in the order of the first of each. Two entries define the same if they share
 * a name other than the term that was asked for, or if that term is a name of both and their kinds or the words of their
 * definitions go together; those of an abbreviation have to share several words. "depression" is a mood to one source and a movement to another.
 */
export function meaningsOf(definitions: readonly Definition[], asked: string): Meaning[] {
  const key = termKey(asked);
  const abbreviation = isAllCapital(asked);
  const meanings: Group[] = [];
  for (const definition of definitions) {
    const { entry } = definition;
    const names = namesOf(entry);
    const same = meanings.find(
      (meaning) =>
        [...names].some((name) => name !== key && meaning.names.has(name)) ||
        (names.has(key) &&
          meaning.names.has(key) &&
          meaning.definitions.some((other) =>
            abbreviation ? sharedWords(other.entry, entry, key) >= MUCH_SHARED : goTogether(other.entry, entry, key),
          )),
    );
    if (same === undefined) meanings.push({ names, definitions: [definition] });
    else {
      same.definitions.push(definition);
      for (const name of names) same.names.add(name);
    }
  }
  return meanings.map((meaning) => meaning.definitions);
}

interface Group {
  readonly names: Set<string>;
  readonly definitions: [Definition, ...Definition[]];
}

function namesOf({ term, synonyms }: Entry): Set<string> {
  return new Set([term, ...synonyms].map(termKey));
}

function goTogether(one: Entry, other: Entry, key: string): boolean {
  const unknown = one.kind === 'term' || other.kind === 'term';
  if (!unknown && (one.kind === other.kind || FAMILIES.some((family) => holds(family, one.kind, other.kind))))
    return true;
  return sharedWords(one, other, key) >= (unknown ? 1 : 2);
}

function sharedWords(one: Entry, other: Entry, key: string): number {
  const words = new Set(contentWords(one.definition));
  return contentWords(other.definition).filter((word) => words.has(word) && word !== key).length;
}

function holds(family: readonly Kind[], ...kinds: readonly Kind[]): boolean {
  return kinds.every((kind) => family.includes(kind));
}

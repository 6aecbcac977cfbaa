import { isAbbreviation } from './abbreviations';
import type { Context } from './context';
import type { Definition, Entry, Matched } from './entry';
import { GlossaryPart, type GlossaryFile } from './glossaryPart';
import { caseFit } from './letterCase';
import { termKey } from './normalForm';
import { mayMean, ordered, type Candidate } from './senses';
import { variantsOf } from './variants';

const INITIALS = /^\p{Lu}{2,4}$/u;

/** A term at a place of a text. */
export interface CompletedTerm {
  /** The term as its source writes it. */
  readonly term: string;
  readonly entry: Entry;
}

/** Terms and their sourced definitions. Nothing is read before the first question. */
export class Glossary {
  readonly #files: readonly GlossaryFile[];
  #opened: readonly GlossaryPart[] | undefined;

  /** @param files searched as if they were one */
  constructor(...files: GlossaryFile[]) {
    this.#files = files;
  }

  /**
   * The definitions of a term, best first; none where it is unknown.
   *
   * Where the document says what an abbreviation stands for, its meaning comes first, and where the glossary doesn't
   * have that meaning, others are not offered in its place; nor for the initials of an author.
   * @throws GlossaryError when the file can't be used
   */
  lookup(term: string, context?: Context): Definition[] {
    const asked = term.trim();
    if (termKey(asked) === '') return [];
    const longForms = context !== undefined && isAbbreviation(asked) ? context.longFormsOf(asked) : [];
    if (longForms.length === 0 && INITIALS.test(asked) && context?.hasOnlyAsInitials(asked)) return [];
    const found = new Map<number, Candidate>();
    for (const long of longForms)
      for (const candidate of this.#named(long))
        found.set(candidate.entry.number, {
          ...candidate,
          matched: 'abbreviation',
          bySynonym: candidate.matched === 'synonym',
        });
    const meant = found.size > 0;
    for (const candidate of this.#named(asked)) {
      if (found.has(candidate.entry.number)) continue;
      if (longForms.length === 0 || meant) found.set(candidate.entry.number, candidate);
      else if (longForms.some((long) => mayMean(candidate.entry, asked, long)))
        found.set(candidate.entry.number, { ...candidate, matched: 'abbreviation' });
    }
    return ordered([...found.values()], asked, context).map(({ entry, matched }) => ({ entry, matched }));
  }

  /** Whether a definition of the term would be found without a document. */
  has(term: string): boolean {
    return this.#exactly(term).length > 0;
  }

  /**
   * Names that begin with some letters, of whatever spelling and case, in the order of their keys.
   * @param prefix at least three letters, so that the answer is short
   */
  startingWith(prefix: string, limit = 20): CompletedTerm[] {
    const key = termKey(prefix);
    if (key.length < 3) return [];
    const found = new Map<string, CompletedTerm>();
    for (const part of this.#open())
      for (const { key: whole, entry } of part.startingWith(key, limit)) {
        const term = [entry.term, ...entry.synonyms].find((form) => termKey(form) === whole);
        if (term !== undefined && !found.has(whole)) found.set(whole, { term, entry });
      }
    const inOrder = [...found].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return inOrder.slice(0, limit).map(([, completed]) => completed);
  }

  #named(term: string): Candidate[] {
    const direct = this.#exactly(term);
    if (direct.length > 0) return direct;
    for (const variant of variantsOf(term)) {
      const found = this.#exactly(variant.term).filter(({ entry }) => variant.kinds?.includes(entry.kind) ?? true);
      if (found.length > 0) return found.map((candidate) => ({ ...candidate, matched: 'synonym' as const }));
    }
    return [];
  }

  /** Entries that a term names in one of its spellings, letter case permitting. */
  #exactly(term: string): Candidate[] {
    const key = termKey(term);
    const found: Candidate[] = [];
    for (const part of this.#open())
      for (const entry of part.find(key)) {
        const candidate = candidateOf(entry, term, key);
        if (candidate !== undefined) found.push(candidate);
      }
    const sameCase = found.filter(({ otherCase }) => !otherCase);
    return sameCase.length > 0 ? sameCase : found;
  }

  #open(): readonly GlossaryPart[] {
    if (this.#opened === undefined) {
      const parts: GlossaryPart[] = [];
      for (const file of this.#files) parts.push(new GlossaryPart(file, parts.at(-1)?.end ?? 0));
      this.#opened = parts;
    }
    return this.#opened;
  }
}

function candidateOf(entry: Entry, term: string, key: string): Candidate | undefined {
  let best: Candidate | undefined;
  for (const [index, form] of [entry.term, ...entry.synonyms].entries()) {
    if (termKey(form) !== key) continue;
    const fit = caseFit(term, form);
    if (fit === 'none') continue;
    const matched: Matched = index === 0 ? 'name' : 'synonym';
    if (best === undefined || (best.otherCase && fit === 'same')) best = { entry, matched, otherCase: fit === 'other' };
  }
  return best;
}

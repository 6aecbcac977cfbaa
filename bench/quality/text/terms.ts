import type { Random } from '../../../src/decoder/generation/random';
import { shuffled } from '../random';
import type { ProseDocument } from './prose';

/** A long word of a text, and what stands before it. */
export interface Term {
  documentId: string;
  /** Ends between words. */
  before: string;
  word: string;
}

/** Letters from which a word is long. */
const LONG = 10;
/** Text before a term, characters at most. */
const CONTEXT = 1000;

/** Different long words, each somewhere in the text, in an order that depends on the seed alone. */
export function chooseTerms(documents: readonly ProseDocument[], random: Random): Term[] {
  const seen = new Set<string>();
  const terms: Term[] = [];
  for (const document of shuffled(documents, random)) {
    for (const { paragraphs } of document.sections) {
      const text = paragraphs.join(' ');
      for (const { 0: word, index } of text.matchAll(LONG_WORD)) {
        if (index === 0 || seen.has(word)) continue;
        seen.add(word);
        const cut = text.slice(Math.max(0, index - CONTEXT), index);
        const before = cut.length < CONTEXT ? cut : cut.slice(cut.indexOf(' ') + 1);
        terms.push({ documentId: document.id, before, word });
      }
    }
  }
  return shuffled(terms, random);
}

/** Letters only, between spaces or before a mark: not part of a name with hyphens or digits. */
const LONG_WORD = new RegExp(`(?<= )\\p{L}{${LONG},}(?=[ .,;:?!)]|$)`, 'gu');

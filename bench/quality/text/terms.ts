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

/** Places at which a word is looked at, at most. */
const PLACES = 8;

/**
 * Long words at places of the text, in an order that depends on the seed alone: every word once, then those that
 * stand elsewhere too a second time, and so on.
 */
export function chooseTerms(documents: readonly ProseDocument[], random: Random): Term[] {
  const rounds: Term[][] = Array.from({ length: PLACES }, () => []);
  const places = new Map<string, number>();
  for (const document of shuffled(documents, random)) {
    for (const { paragraphs } of document.sections) {
      const text = paragraphs.join(' ');
      for (const { 0: word, index } of text.matchAll(LONG_WORD)) {
        const place = places.get(word) ?? 0;
        if (index === 0 || place === PLACES) continue;
        places.set(word, place + 1);
        const cut = text.slice(Math.max(0, index - CONTEXT), index);
        const before = cut.length < CONTEXT ? cut : cut.slice(cut.indexOf(' ') + 1);
        rounds[place]!.push({ documentId: document.id, before, word });
      }
    }
  }
  return rounds.flatMap((round) => shuffled(round, random));
}

/** Letters only, between spaces or before a mark: not part of a name with hyphens or digits. */
const LONG_WORD = new RegExp(`(?<= )\\p{L}{${LONG},}(?=[ .,;:?!)]|$)`, 'gu');

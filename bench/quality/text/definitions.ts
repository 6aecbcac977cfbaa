import type { Random } from '../../../src/decoder/generation/random';
import { shuffled } from '../random';
import type { ProseDocument } from './prose';

/** A term, and how a page of the National Institutes of Health defines it. */
export interface Definition {
  documentId: string;
  term: string;
  reference: string;
}

/** The pages' own wording: "What are the symptoms of X ?" asks for something else. */
const QUESTION = /^What is \(are\) (.+?)\s*\?$/i;
const WORDS = 60;

/** Answers to "What is (are) X ?", down to their first 60 words. */
export function chooseDefinitions(documents: readonly ProseDocument[], count: number, random: Random): Definition[] {
  const found = documents.flatMap(({ id, sections }): Definition[] =>
    sections.flatMap(({ kind, heading, paragraphs }) => {
      const term = kind === 'answers' ? QUESTION.exec(heading)?.[1] : undefined;
      if (term === undefined) return [];
      return [{ documentId: id, term, reference: paragraphs.join(' ').split(' ').slice(0, WORDS).join(' ') }];
    }),
  );
  return shuffled(found, random).slice(0, count);
}

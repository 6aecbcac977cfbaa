import type { Decoding, StopRules } from '../protocol/decoder';

export interface DescriptionOptions {
  maxTokens: number;
  minTokens: number;
  beams: number;
}

/** What holds where the writer has set nothing; package.json shows the same values. */
export const DESCRIPTION_DEFAULTS: DescriptionOptions = { maxTokens: 160, minTokens: 12, beams: 5 };

/** How the first description of a term is decoded, as in the BioGPT paper: by beam search. */
export function firstDescription(options: DescriptionOptions): { decoding: Decoding; stop: StopRules } {
  return {
    decoding: { strategy: 'beam', beams: options.beams, earlyStopping: true },
    stop: descriptionStop(options),
  };
}

/** How a further description of the same term is decoded: by sampling, another one for each `seed`. */
export function furtherDescription(options: DescriptionOptions, seed: number): { decoding: Decoding; stop: StopRules } {
  return {
    decoding: { strategy: 'sample', temperature: 0.8, topP: 0.9, seed },
    stop: descriptionStop(options),
  };
}

function descriptionStop({ maxTokens, minTokens }: DescriptionOptions): StopRules {
  return { maxNewTokens: maxTokens, minNewTokens: minTokens, repetition: true };
}

/** Most of a document that a description may draw its facts from, UTF-16 units. */
const MOST_GROUNDS = 100_000;

/** The part of a long document around the first place that names a term, or else its beginning; whole words. */
export function groundsAround(text: string, term: string, most = MOST_GROUNDS): string {
  if (text.length <= most) return text;
  const at = Math.max(0, text.toLowerCase().indexOf(term.trim().toLowerCase()));
  const begin = Math.max(0, Math.min(at - Math.floor(most / 2), text.length - most));
  const end = begin + most;
  const part = text.slice(begin, end);
  // Half a number would be another one.
  return part.replace(begin > 0 ? /^\S*\s/u : /^/u, '').replace(end < text.length ? /\s\S*$/u : /$/u, '');
}

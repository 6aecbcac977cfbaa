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

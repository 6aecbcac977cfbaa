import type { Decoding } from '../protocol/decoder';

export interface CommonOptions {
  model: string;
  json: boolean;
}

export interface DecodingOptions extends CommonOptions {
  threads?: number;
  beams?: number;
  lengthPenalty?: number;
  earlyStopping: boolean;
  temperature?: number;
  topK?: number;
  topP?: number;
  seed?: number;
  maxTokens?: number;
  minTokens?: number;
  timeBudget?: number;
}

/**
 * The decoding strategy that the options name.
 * @throws Error when options of beam search and of sampling are mixed.
 */
export function decodingOf(options: DecodingOptions, fallback: Decoding): Decoding {
  const { beams, lengthPenalty, earlyStopping, temperature, topK, topP, seed } = options;
  const sampling = [temperature, topK, topP, seed].some((value) => value !== undefined);
  const beam = beams !== undefined || lengthPenalty !== undefined || earlyStopping;
  if (sampling && beam) throw new Error('Options of beam search and options of sampling cannot be combined.');
  if (sampling) {
    return {
      strategy: 'sample',
      ...(temperature !== undefined && { temperature }),
      ...(topK !== undefined && { topK }),
      ...(topP !== undefined && { topP }),
      ...(seed !== undefined && { seed }),
    };
  }
  if (!beam) return fallback;
  if (beams === 1 && lengthPenalty === undefined && !earlyStopping) return { strategy: 'greedy' };
  return {
    strategy: 'beam',
    beams: beams ?? (fallback.strategy === 'beam' ? fallback.beams : 5),
    ...(lengthPenalty !== undefined && { lengthPenalty }),
    ...(earlyStopping && { earlyStopping: true }),
  };
}

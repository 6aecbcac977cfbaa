import type { IdEngine } from '../../src/decoder/idEngine';
import { logProbability } from '../../src/decoder/generation/logProbability';
import type { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';

/** Says how likely texts are. */
export interface Scorer {
  readonly tokenizer: BioGptTokenizer;
  /** Longest sequence in tokens. */
  readonly maxPositions: number;
  /** ln P(ids[i + 1] | ids[0 … i]) for every i ≥ `from`, [ids.length − 1 − from]. */
  logLikelihoods(ids: readonly number[], from: number): Promise<Float64Array>;
}

/** A network as a scorer. */
export function scorerOf(engine: IdEngine): Scorer {
  return {
    tokenizer: engine.tokenizer,
    maxPositions: engine.info.maxPositions,
    logLikelihoods: async (ids, from) => {
      const result = new Float64Array(ids.length - 1 - from);
      await engine.eachLogits(ids.slice(0, -1), from, (row, at) => {
        result[at - from] = logProbability(row, ids[at + 1]!);
      });
      return result;
    },
  };
}

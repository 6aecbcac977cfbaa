import type { Precision } from '../../modelFolder/format';

export interface Tolerance {
  /** Largest difference of a logit, as a share of the largest published one's magnitude. */
  logits: number;
  /** Largest difference between two ways of computing the same logit, as a share of the largest one's magnitude. */
  consistent: number;
  /** Whether generations must also come out freely, to the last id. */
  exact: boolean;
  /** Least share of a greedy generation's tokens that are the model's first choice. */
  firstChoice: number;
  /** Largest mean distance in nats by which they fall behind its first choice. */
  behind: number;
  /** Least share of a beam search's tokens that are among the model's best 2 · beams. */
  amongBeams: number;
}

/** What a logit may always differ by: float32 in another order of sums, and numbers published with four decimals. */
const LEAST_ALLOWED = 2e-4;

/** @param magnitude of the largest logit compared */
export function allowedDifference(share: number, magnitude: number): number {
  return Math.max(LEAST_ALLOWED, share * magnitude);
}

/**
 * How far a sound model of each precision may be from its published fp32 numbers.
 *
 * Taken from trained weights (the starter: 6 layers, hidden size 256) on ten prompts, against its own
 * fp32 numbers, with room for larger models: a good model that is refused does more harm than a small fault
 * that passes, since the files' hashes are checked as well.
 *
 * | measured at most, sound | fp16 | int8 | int4 |
 * |---|---|---|---|
 * | logits, share of the largest | 0.0004 | 0.016 | 0.13 |
 * | first choice, greedy, 12 tokens | all | all | 10 |
 * | nats behind, greedy | 0 | 0 | 0.06 |
 * | among the best 10, five beams, 200 tokens | all | all | all |
 *
 * What the check then finds, with the same kinds of numbers as BioGPT's published ones (nine logits, greedy
 * texts of 7 and 10 tokens, one of five beams and 96 tokens):
 *
 * | fault | fp32 | fp16 | int8 | int4 |
 * |---|---|---|---|---|
 * | another model's merges or vocabulary, two words' ids exchanged | found | found | found | found |
 * | 64 common words' embeddings shuffled | found | found | found | found |
 * | embedding not scaled | found | found | found | found |
 * | positions off by one | found | found | found | found |
 * | queries and keys exchanged in all layers | found | found | found | found |
 * | one layer without effect, or 1.5 times as strong | found | found | found | found |
 * | 64 KiB of a matrix ten times too large | found | found | found | found |
 * | queries and keys exchanged in one layer | found | found | found | – |
 * | 64 KiB of a matrix zero, or noise of the usual size | found | found | – | – |
 * | tanh instead of erf GELU | found | – | – | – |
 * | layer norms with epsilon 1e-12 instead of 1e-5 | – | – | – | – |
 *
 * `consistent` at int8 and int4: the kernels round activations, and differently for one row and for several.
 * In a random network of BioGPT's full shape that moves logits by 0.02 of the largest; a cache or a position
 * that is wrong moves them by its own size.
 *
 * With these weights the last stays below the rounding of the published numbers (4 decimals).
 */
export const TOLERANCES: Record<Precision, Tolerance> = {
  fp32: { logits: 1e-4, consistent: 1e-4, exact: true, firstChoice: 1, behind: 1e-3, amongBeams: 1 },
  fp16: { logits: 2e-3, consistent: 1e-4, exact: false, firstChoice: 0.85, behind: 0.01, amongBeams: 0.97 },
  int8: { logits: 0.1, consistent: 0.1, exact: false, firstChoice: 0.75, behind: 0.05, amongBeams: 0.9 },
  int4: { logits: 0.35, consistent: 0.1, exact: false, firstChoice: 0.5, behind: 0.2, amongBeams: 0.9 },
};

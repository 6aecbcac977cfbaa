import type { Random } from './random';
import { topK as largest } from './topK';

export interface SamplingParams {
  temperature: number;
  /** 0 keeps all. */
  topK: number;
  /** 1 keeps all. */
  topP: number;
}

/** How many candidates top-p sorts at first; it sorts more only when these do not reach its mass. */
const FIRST_NUCLEUS = 256;

/**
 * The tokens that sampling may choose and their probabilities, which sum to 1. In the order of
 * `transformers`: temperature, then top-k, then top-p (the smallest set whose probability reaches it,
 * never fewer than one token), then softmax over what is left.
 */
export function candidates(
  logits: Float32Array,
  { temperature, topK, topP }: SamplingParams,
): { ids: number[]; probabilities: number[] } {
  const max = logits.reduce((best, logit) => Math.max(best, logit), -Infinity);
  if (max === -Infinity) return { ids: [], probabilities: [] };
  const weight = (id: number): number => Math.exp((logits[id]! - max) / temperature);
  const sum = (ids: readonly number[]): number => ids.reduce((total, id) => total + weight(id), 0);

  let ids: number[];
  if (topK > 0 && topK < logits.length) {
    ids = largest(logits, topK);
    if (topP < 1) ids = nucleus(ids, weight, topP * sum(ids)) ?? ids;
  } else {
    const all = Array.from(logits, (_, id) => id);
    ids = topP < 1 ? mostLikely(logits, weight, topP * sum(all)) : all;
  }
  ids = ids.filter((id) => logits[id]! > -Infinity);
  const total = sum(ids);
  return { ids, probabilities: ids.map((id) => weight(id) / total) };
}

/** Draws one token; -1 when every logit is -Infinity. */
export function sample(logits: Float32Array, params: SamplingParams, random: Random): number {
  const { ids, probabilities } = candidates(logits, params);
  const point = random();
  let mass = 0;
  for (let i = 0; i < ids.length; i++) {
    mass += probabilities[i]!;
    if (point < mass) return ids[i]!;
  }
  // Rounding can leave the sum a little below 1.
  return ids[ids.length - 1] ?? -1;
}

/** The nucleus of the whole vocabulary, without sorting all of it. */
function mostLikely(logits: Float32Array, weight: (id: number) => number, mass: number): number[] {
  for (let count = FIRST_NUCLEUS; ; count *= 8) {
    const ids = largest(logits, count);
    const kept = nucleus(ids, weight, mass);
    if (kept !== null) return kept;
    if (ids.length === logits.length) return ids;
  }
}

/** The first of `ids` (most likely first) that together reach `mass`; null when all do not. */
function nucleus(ids: number[], weight: (id: number) => number, mass: number): number[] | null {
  let reached = 0;
  const last = ids.findIndex((id) => (reached += weight(id)) >= mass);
  return last < 0 ? null : ids.slice(0, last + 1);
}

import type { Random } from '../../src/decoder/generation/random';

/** The middle 95 % of what other samples of documents would have given. */
export type Interval = [low: number, high: number];

const RESAMPLES = 1000;

/** Value below which a share `p` (0 to 1) of the values lies, between neighbours linearly; NaN of none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/**
 * Percentile bootstrap (Efron 1979) over documents of a figure of their sums, a ratio as a rule: numerator and
 * denominator are drawn together.
 *
 * @param documents what each document adds.
 * @param figure of all of them.
 */
export function bootstrapInterval<T>(
  documents: readonly T[], figure: (sample: readonly T[]) => number, random: Random,
): Interval {
  if (documents.length === 0) return [Number.NaN, Number.NaN];
  const figures = Array.from({ length: RESAMPLES }, () =>
    figure(documents.map(() => documents[Math.floor(documents.length * random())]!)),
  ).filter((value) => !Number.isNaN(value));
  return [percentile(figures, 0.025), percentile(figures, 0.975)];
}

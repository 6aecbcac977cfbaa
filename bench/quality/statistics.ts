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
  documents: readonly T[],
  figure: (sample: readonly T[]) => number,
  random: Random,
): Interval {
  if (documents.length === 0) return [Number.NaN, Number.NaN];
  const figures = Array.from({ length: RESAMPLES }, () =>
    figure(documents.map(() => documents[Math.floor(documents.length * random())]!)),
  ).filter((value) => !Number.isNaN(value));
  return [percentile(figures, 0.025), percentile(figures, 0.975)];
}

/**
 * The same for percentiles of values that come in groups, such as the latencies of each document.
 *
 * @param shares 0 to 1; an interval for each.
 */
export function percentileIntervals(
  groups: readonly (readonly number[])[],
  shares: readonly number[],
  random: Random,
): Interval[] {
  const sorted = groups
    .flatMap((values, group) => values.map((value) => ({ value, group })))
    .sort((a, b) => a.value - b.value);
  const drawn = shares.map((): number[] => []);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    const times = new Uint32Array(groups.length);
    for (let draw = 0; draw < groups.length; draw++) times[Math.floor(groups.length * random())]!++;
    const count = groups.reduce((sum, { length }, group) => sum + length * times[group]!, 0);
    shares.forEach((share, index) => drawn[index]!.push(valueAtRank(sorted, times, share * count)));
  }
  return drawn.map((values) => [percentile(values, 0.025), percentile(values, 0.975)]);
}

/** The value at a rank, where each value stands as often as its group was drawn. */
function valueAtRank(sorted: readonly { value: number; group: number }[], times: Uint32Array, rank: number): number {
  let reached = 0;
  for (const { value, group } of sorted) {
    reached += times[group]!;
    if (reached > 0 && reached >= rank) return value;
  }
  return Number.NaN;
}

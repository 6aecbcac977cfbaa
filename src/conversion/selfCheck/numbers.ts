/** Largest of the values that `counts` lets through, and its index; NaN is never the largest. */
export function largest(
  values: Float32Array,
  counts: (index: number) => boolean = () => true,
): { value: number; index: number } {
  let [value, index] = [-Infinity, -1];
  for (let i = 0; i < values.length; i++) if (values[i]! > value && counts(i)) [value, index] = [values[i]!, i];
  return { value, index };
}

/** log Σ exp of the values. */
export function logSumExp(values: Float32Array): number {
  const most = largest(values).value;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - most);
  return most + Math.log(sum);
}

/** For people: three significant digits, without powers of ten where that reads well. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-5) return value.toExponential(1);
  return String(Number(value.toPrecision(size < 1 ? 2 : 4)));
}

/** Ids for a line of a report: all of a short list, the beginning of a long one. */
export function shownIds(ids: readonly number[]): string {
  return ids.length <= 16 ? ids.join() : `${ids.slice(0, 12).join()},… (${ids.length} IDs)`;
}

import type { Facts } from './protocol';

/**
 * Share of the memory bandwidth that a token's reads reach: the bytes that decoding cannot do without (each weight
 * and the cached keys and values once) over its time and the bandwidth measured beside it.
 *
 * @param ms a token's time.
 * @param bytesPerSecond that streaming reads reach.
 * @returns null where the system doesn't say how much it reads.
 */
export function fractionOfRoofline(
  { weightBytes, cacheBytesPerToken }: Facts,
  context: number,
  ms: number,
  bytesPerSecond: number,
): number | null {
  if (weightBytes === undefined || cacheBytesPerToken === undefined) return null;
  return (weightBytes + context * cacheBytesPerToken) / (ms / 1000) / bytesPerSecond;
}

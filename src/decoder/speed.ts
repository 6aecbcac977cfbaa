import type { GenerationTimings } from '../protocol/decoder';

/** Weight of the newest request in the averages. */
const WEIGHT = 0.3;
/** Prefills shorter than this say more about overhead than about speed. */
const LEAST_PREFILL = 8;

/** Moving averages of the decoder's speed over recent requests. */
export class SpeedMeter {
  /** Prompt tokens per second; null before the first. */
  prefill: number | null = null;
  /** New tokens per second; null before the first. */
  decode: number | null = null;

  add({ prefillTokens, prefillMs, decodedTokens, decodeMs }: GenerationTimings): void {
    if (prefillTokens >= LEAST_PREFILL) this.prefill = average(this.prefill, prefillTokens, prefillMs);
    // The first new token comes out of the prefill.
    if (decodedTokens > 1) this.decode = average(this.decode, decodedTokens - 1, decodeMs);
  }
}

function average(before: number | null, tokens: number, ms: number): number | null {
  if (ms <= 0) return before;
  const rate = (tokens * 1000) / ms;
  return before === null ? rate : before + WEIGHT * (rate - before);
}

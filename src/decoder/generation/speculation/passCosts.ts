/**
 * What passes cost before any was timed, as multiples of a pass over one token: between what the starter
 * and full-size models showed.
 */
const PRIOR = [
  { tokens: 2, ratio: 1.4 },
  { tokens: 8, ratio: 2.6 },
] as const;
/** Timed passes that each of the two counts for. */
const PRIOR_WEIGHT = 1;
/** What a timed pass still weighs after one more. */
const KEPT_PER_PASS = 0.97;
/** … and after one over a single token, so that a wrong estimate is not kept for good. */
const KEPT_PER_SINGLE = 0.998;
/** Weight of the newest pass in the average of single ones. */
const SINGLE_WEIGHT = 0.1;
/** A pass that took longer than this many times what was expected was disturbed. */
const MOST_OVER_EXPECTED = 2;

/**
 * Learns what a forward pass costs by its number of tokens: a moving average for one token, and for several
 * a line through the ratios to it, by least squares with recent passes weighing more.
 */
export class PassCosts {
  private single = 0;
  private singles = 0;
  private weight = 0;
  private sumX = 0;
  private sumY = 0;
  private sumXX = 0;
  private sumXY = 0;

  /** A pass over `tokens` took `ms`. A clock that stands still tells nothing. */
  add(tokens: number, ms: number): void {
    if (!(ms > 0)) return;
    if (tokens === 1) {
      const expected = this.singles === 0 ? ms : this.single;
      this.singles++;
      const weight = Math.max(SINGLE_WEIGHT, 1 / this.singles);
      this.single += weight * (Math.min(ms, MOST_OVER_EXPECTED * expected) - this.single);
      this.forget(KEPT_PER_SINGLE);
      return;
    }
    if (this.singles === 0) return;
    const ratio = Math.min(ms / this.single, MOST_OVER_EXPECTED * this.ratio(tokens));
    this.forget(KEPT_PER_PASS);
    this.weight++;
    this.sumX += tokens;
    this.sumY += ratio;
    this.sumXX += tokens * tokens;
    this.sumXY += tokens * ratio;
  }

  /** Cost of a pass over `tokens`, as a multiple of a pass over one. */
  ratio(tokens: number): number {
    if (tokens <= 1) return 1;
    let [weight, x, y, xx, xy] = [this.weight, this.sumX, this.sumY, this.sumXX, this.sumXY];
    for (const prior of PRIOR) {
      weight += PRIOR_WEIGHT;
      x += PRIOR_WEIGHT * prior.tokens;
      y += PRIOR_WEIGHT * prior.ratio;
      xx += PRIOR_WEIGHT * prior.tokens ** 2;
      xy += PRIOR_WEIGHT * prior.tokens * prior.ratio;
    }
    const slope = Math.max(0, (weight * xy - x * y) / (weight * xx - x * x));
    return Math.max(1, (y - slope * x) / weight + slope * tokens);
  }

  private forget(kept: number): void {
    this.weight *= kept;
    this.sumX *= kept;
    this.sumY *= kept;
    this.sumXX *= kept;
    this.sumXY *= kept;
  }
}

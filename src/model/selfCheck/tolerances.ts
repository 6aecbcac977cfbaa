import type { Precision } from '../format';

export interface Tolerance {
  /** Largest difference of a logit, as a share of the largest published one's magnitude. */
  logits: number;
  /** Whether generations must be the published ones to the last id. */
  exact: boolean;
  /** Least share of a generation's tokens that are where the search would have found them. */
  found: number;
  /** Largest mean distance in nats by which a greedy generation's tokens fall behind the model's first choice. */
  behind: number;
}

export const TOLERANCES: Record<Precision, Tolerance> = {
  fp32: { logits: 1e-4, exact: true, found: 1, behind: 1e-3 },
  fp16: { logits: 5e-3, exact: false, found: 0.85, behind: 0.02 },
  int8: { logits: 0.05, exact: false, found: 0.75, behind: 0.1 },
  int4: { logits: 0.25, exact: false, found: 0.5, behind: 0.5 },
};

/** Next-token logits of which only some are true; the others share evenly what probability these leave. */
export interface Truncation {
  /** Tokens with true values. */
  known: { has(id: number): boolean };
  /** The most that any other token's value can be. */
  least: number;
}

/**
 * Rules out the tokens of which nobody knows how likely they are. One that something else, as the words of the document, has made
 * at least as likely as the model can find any of them stays.
 * @param logits [vocab] behind all processors, which never make a token that they leave alone likelier; changed
 */
export function ruleOutUnknown(logits: Float32Array, { known, least }: Truncation): void {
  for (let id = 0; id < logits.length; id++) {
    if (!(logits[id]! >= least) && !known.has(id)) logits[id] = -Infinity;
  }
}

/**
 * Rules out tokens before one is chosen, by writing -Infinity over their logits.
 *
 * @param logits next-token logits [vocab] of one sequence, changed in place.
 * @param generated the ids generated so far, the prompt not included.
 */
export type LogitsProcessor = (logits: Float32Array, generated: readonly number[]) => void;

/** `transformers`' MinNewTokensLengthLogitsProcessor: no end of text before so many new tokens. */
export function minNewTokens(count: number, eosId: number): LogitsProcessor {
  return (logits, generated) => {
    if (generated.length < count) logits[eosId] = -Infinity;
  };
}

/** Never these tokens. */
export function suppressTokens(ids: readonly number[]): LogitsProcessor {
  return (logits) => {
    for (const id of ids) logits[id] = -Infinity;
  };
}

/** Not these tokens at the beginning. */
export function suppressFirst(ids: readonly number[]): LogitsProcessor {
  return (logits, generated) => {
    if (generated.length === 0) for (const id of ids) logits[id] = -Infinity;
  };
}

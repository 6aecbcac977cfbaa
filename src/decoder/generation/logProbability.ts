/**
 * Natural logarithm of the probability that softmax gives one token.
 *
 * @param logits next-token logits [vocab] after every `LogitsProcessor`: a token ruled out takes no share,
 * so inside a word this is the probability given the letters already typed.
 */
export function logProbability(logits: Float32Array, id: number): number {
  return logits[id]! - logSumExp(logits);
}

/** ln Σ exp(logit) of logits [vocab], without overflow. */
export function logSumExp(logits: Float32Array): number {
  let max = -Infinity;
  // By index: over thousands of numbers, faster than an iterator.
  for (let id = 0; id < logits.length; id++) if (logits[id]! > max) max = logits[id]!;
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id]! - max);
  return max + Math.log(sum);
}

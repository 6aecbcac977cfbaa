/**
 * Natural logarithm of the probability that softmax gives one token.
 *
 * @param logits next-token logits [vocab] after every `LogitsProcessor`: a token ruled out takes no share,
 * so inside a word this is the probability given the letters already typed.
 */
export function logProbability(logits: Float32Array, id: number): number {
  let max = -Infinity;
  for (const logit of logits) if (logit > max) max = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - max);
  return logits[id]! - max - Math.log(sum);
}

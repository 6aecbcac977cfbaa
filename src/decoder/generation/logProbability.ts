/**
 * Natural logarithm of the probability that softmax gives one token.
 *
 * @param logits next-token logits [vocab] after every `LogitsProcessor`: a token ruled out takes no share,
 * so inside a word this is the probability given the letters already typed.
 */
export function logProbability(logits: Float32Array, id: number): number {
  let max = -Infinity;
  // By index: over thousands of numbers, faster than an iterator.
  for (let i = 0; i < logits.length; i++) if (logits[i]! > max) max = logits[i]!;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - max);
  return logits[id]! - max - Math.log(sum);
}

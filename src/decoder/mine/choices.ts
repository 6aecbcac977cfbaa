import { logProbability } from '../generation/logProbability';
import type { CachedModel } from '../session/cachedModel';

/**
 * Natural logarithms of the probabilities that a model gives fixed answers, from one prefill: what they begin with alike
 * is read once, and of each answer only the rest.
 * @param prompt ids that the answers follow
 * @param choices ids of each answer, at least one
 * @throws the signal's reason
 */
export async function scoreChoices(
  model: CachedModel,
  prompt: readonly number[],
  choices: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<number[]> {
  const { logits } = await model.prefill(prompt, signal);
  const { vocabSize } = model;
  const shared = commonLength(choices);
  const common = choices[0]!.slice(0, shared);
  /** Sum over `ids`, of which the first follows `first`, and how the model goes on behind all of them. */
  const read = async (first: Float32Array, ids: readonly number[]): Promise<{ sum: number; rows: Float32Array[] }> => {
    const all = await model.verify(ids, signal);
    const rows = ids.map((_, i) => all.slice(i * vocabSize, (i + 1) * vocabSize));
    const before = [first, ...rows.slice(0, -1)];
    return { sum: ids.reduce((sum, id, i) => sum + logProbability(before[i]!, id), 0), rows };
  };

  let start = { sum: 0, logits };
  if (shared > 0) {
    const { sum, rows } = await read(logits, common);
    start = { sum, logits: rows.at(-1)! };
  }
  const scores: number[] = [];
  for (const choice of choices) {
    const rest = choice.slice(shared);
    let sum = start.sum;
    // The last token's own logits are nobody's concern.
    if (rest.length === 1) sum += logProbability(start.logits, rest[0]!);
    else if (rest.length > 1) {
      const { sum: first, rows } = await read(start.logits, rest.slice(0, -1));
      sum += first + logProbability(rows.at(-1)!, rest.at(-1)!);
      model.takeBack(rest.length - 1);
    }
    scores.push(sum);
  }
  return scores;
}

function commonLength(lists: readonly (readonly number[])[]): number {
  const [first = [], ...others] = lists;
  let length = 0;
  while (length < first.length && others.every((list) => list[length] === first[length])) length++;
  return length;
}

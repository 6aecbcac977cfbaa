import { logSumExp } from './logProbability';
import type { LogitsProcessor } from './logitsProcessors';

/**
 * By how many of its last tokens are looked behind, 0, 1, 2, …: how many occurrences weigh as much as the model, and
 * as how many they count at most: the last ones, behind no token all of them, scaled down. Without a limit a long
 * text outweighs any model, where "the" alone stood hundreds of times. Chosen on training text, by the likelihood of
 * the next token 300 and 2,500 tokens into articles.
 */
const BEHIND = [
  { prior: 2000, most: 100 },
  { prior: 100, most: 6 },
  { prior: 30, most: 8 },
  { prior: 12, most: 8 },
  { prior: 6, most: 8 },
];
/** Tokens of a text that are looked at, the last ones: the time a token takes grows with them. */
const MOST_TOKENS = 4096;

/**
 * A cache language model (Kuhn and De Mori 1990) over the text before the cursor: what a text has said it is
 * likely to say again, above all in the same words' company. The model's distribution is the prior of the
 * text's own n-grams, from the shortest to the longest (hierarchical Dirichlet smoothing, MacKay and Peto
 * 1995), with counts scaled down to a limit:
 *
 *     Pₙ(w) = (Nₙ · countₙ(w) / countₙ + μₙ · Pₙ₋₁(w)) / (Nₙ + μₙ),   Nₙ = min(countₙ, mostₙ),   P₋₁ the model's
 *
 * The logits keep their sum of exponentials, by which beams are compared. A token that was ruled out before comes
 * back if the text has it: what rules tokens out belongs behind it.
 *
 * @param ids the text's tokens, its leading `</s>` included; may be longer than the model reads.
 * @param eosId token that begins texts and never follows.
 */
export function documentCache(ids: readonly number[], eosId: number): LogitsProcessor {
  const read = ids.slice(-MOST_TOKENS);
  const counts = new Map<number, number>();
  for (const id of read) if (id !== eosId) counts.set(id, (counts.get(id) ?? 0) + 1);
  return (logits, generated) => {
    const text = [...read, ...generated];
    const own = new Map<number, number>();
    let model = 1;
    /** Mixes in what followed, each as often as it says. */
    const mix = (behind: number, followers: readonly (readonly [id: number, count: number])[]): void => {
      const { prior, most } = BEHIND[behind]!;
      const total = followers.reduce((sum, [, count]) => sum + count, 0);
      if (total === 0) return;
      const share = prior / (Math.min(total, most) + prior);
      model *= share;
      for (const [id, probability] of own) own.set(id, probability * share);
      for (const [id, count] of followers) own.set(id, (own.get(id) ?? 0) + ((1 - share) * count) / total);
    };
    mix(0, [...counts, ...once(generated.filter((id) => id !== eosId))]);
    // Positions behind the text's own last tokens: those that agree in one more are among those that agree.
    let places = placesBehind(text, text[text.length - 1]);
    for (let length = 1; length < BEHIND.length; length++) {
      if (length > 1) places = places.filter((at) => text[at - length] === text[text.length - length]);
      const followers = places.map((at) => text[at]!).filter((id) => id !== eosId);
      if (followers.length === 0) break;
      mix(length, once(followers.slice(-BEHIND[length]!.most)));
    }
    const total = logSumExp(logits);
    const share = Math.log(model);
    for (let id = 0; id < logits.length; id++) logits[id]! += share;
    for (const [id, probability] of own) logits[id] = total + Math.log(Math.exp(logits[id]! - total) + probability);
  };
}

/** The positions that have `id` right before them. */
function placesBehind(text: readonly number[], id: number | undefined): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(id!) + 1; at > 0 && at < text.length; at = text.indexOf(id!, at) + 1) places.push(at);
  return places;
}

function once(ids: readonly number[]): [id: number, count: number][] {
  return ids.map((id) => [id, 1]);
}

import { logSumExp } from './logProbability';
import type { LogitsProcessor } from './logitsProcessors';

/**
 * Weight of the model against what the text itself says after its last 0, 1, 2, … tokens: so many
 * occurrences weigh as much as the model. Chosen on training text, by keystrokes saved.
 */
const PRIORS = [2000, 30, 6, 3, 2];
/** Tokens of a text that are looked at, the last ones: the time a token takes grows with them. */
const MOST_TOKENS = 4096;

/**
 * A cache language model (Kuhn and De Mori 1990) over the text before the cursor: what a text has said it is
 * likely to say again, above all in the same words' company. The model's distribution is the prior of the
 * text's own n-grams, from the shortest to the longest (hierarchical Dirichlet smoothing, MacKay and Peto
 * 1995):
 *
 *     Pₙ(w) = (countₙ(w) + μₙ · Pₙ₋₁(w)) / (countₙ + μₙ),   P₋₁ the model's
 *
 * The logits become log-probabilities. A token that was ruled out before comes back if the text has it: what
 * rules tokens out belongs behind it.
 *
 * @param ids the text's tokens, its leading `</s>` included; may be longer than the model reads.
 * @param eosId token that begins texts and never follows.
 */
export function documentCache(ids: readonly number[], eosId: number): LogitsProcessor {
  const read = ids.slice(-MOST_TOKENS);
  return (logits, generated) => {
    const text = [...read, ...generated];
    const shift = logSumExp(logits);
    const own = new Map<number, number>();
    let model = 1;
    for (const [length, prior] of PRIORS.entries()) {
      const followers = followersOf(text, length, eosId);
      if (followers.length === 0) break;
      const share = prior / (followers.length + prior);
      model *= share;
      for (const [id, probability] of own) own.set(id, probability * share);
      for (const id of followers) own.set(id, (own.get(id) ?? 0) + (1 - share) / followers.length);
    }
    const scale = Math.log(model) - shift;
    for (let id = 0; id < logits.length; id++) logits[id]! += scale;
    for (const [id, probability] of own) logits[id] = Math.log(Math.exp(logits[id]!) + probability);
  };
}

/** The tokens that stand in a text behind its own last `length` tokens. */
function followersOf(text: readonly number[], length: number, eosId: number): number[] {
  const followers: number[] = [];
  const end = text.length - length;
  for (let at = length; at < text.length; at++) {
    let same = text[at] !== eosId;
    for (let back = 1; same && back <= length; back++) same = text[at - back] === text[end + length - back];
    if (same) followers.push(text[at]!);
  }
  return followers;
}

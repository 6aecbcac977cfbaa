import type { SymbolIndex } from '../../tokenizer/symbolIndex';
import type { SpeculativeModel } from './languageModel';
import { logSumExp } from './logProbability';
import type { LogitsProcessor } from './logitsProcessors';
import { argmax } from './topK';

/** Most pieces that are looked behind: each costs a pass over one token. */
const MOST_LOOKS = 2;

/**
 * Chooses among the ways to spell the letters of a begun word. A piece that ends inside the letters, as "p" in
 * "pati", is likely for the sake of all words that begin with it; behind it the other letters may be all but
 * impossible. Such a piece is looked behind before it is chosen: it counts for as much as the letters that have to
 * follow are likely there.
 *
 *     P(piece | letters) ∝ P(piece) · P(the other letters | piece)
 */
export class FirstPieces {
  /** ln P(the other letters | piece), by piece. */
  private readonly behind = new Map<number, number>();

  /** @param spellingOf the letters of a token. */
  constructor(
    private readonly letters: string,
    private readonly index: SymbolIndex,
    private readonly spellingOf: (id: number) => string,
  ) {}

  /**
   * Looks behind the likeliest pieces until the likeliest one spells all letters, or was looked behind.
   *
   * @param model its current sequence is the prompt; it stays.
   * @param logits next-token logits [vocab] behind the prompt, tokens that do not spell the letters ruled out; changed.
   * @throws the signal's reason
   */
  async look(model: SpeculativeModel, logits: Float32Array, signal?: AbortSignal): Promise<void> {
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const id = argmax(logits);
      if (id < 0 || this.behind.has(id)) return;
      const rest = this.letters.slice(this.spellingOf(id).length);
      if (rest === '') return;
      const weight = shareOf(await model.step(id, signal), this.index.piecesToward(rest));
      model.takeBack(1);
      this.behind.set(id, weight);
      logits[id]! += weight;
    }
  }

  /** Applies what was seen; behind the constraint to the letters. */
  readonly weigh: LogitsProcessor = (logits, generated) => {
    if (generated.length > 0) return;
    for (const [id, weight] of this.behind) logits[id]! += weight;
  };
}

/** ln of the probability that softmax gives some tokens together. */
function shareOf(logits: Float32Array, ids: readonly number[]): number {
  const all = logSumExp(logits);
  return Math.log(ids.reduce((sum, id) => sum + Math.exp(logits[id]! - all), 0));
}

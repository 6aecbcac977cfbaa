import type { FinishReason } from '../../protocol/decoder';

/** A beginning that goes on into what is forbidden with more than this probability is given up. */
const MOST_FORBIDDEN = 0.5;

/**
 * Beginnings of a text that its rules forbid, or that most likely lead to such ones: "is caused by mutations in the", where
 * only genes may not be named. Giving them up rather than bending them with an unlikely word, a search that has written
 * nothing, or only a part, finds another beginning of the next sentence.
 *
 * Beginnings are the ids generated so far, of which the first `standing` are whole sentences: those are never given up.
 */
export class DeadEnds {
  readonly #reasons = new Map<string, FinishReason>();
  /** Probability that what comes next is forbidden. */
  readonly #forbidden = new Map<string, number>();
  /** Probability of the last token behind those before it. */
  readonly #likelihood = new Map<string, number>();
  /** Of each beginning, the tokens behind it that are dead ends. */
  readonly #next = new Map<string, Set<number>>();

  /** How many there are: a search that adds none would go the same way once more. */
  get size(): number {
    return this.#reasons.size;
  }

  /** Why a beginning is one; undefined where it isn't. */
  reason(ids: readonly number[]): FinishReason | undefined {
    return this.#reasons.get(keyOf(ids));
  }

  /** Remembers that a beginning was chosen, with the probability of its last token. */
  chose(ids: readonly number[], likelihood: number): void {
    this.#likelihood.set(keyOf(ids), likelihood);
  }

  /** Probability that what comes behind these ids is a dead end, as far as one has looked. */
  forbiddenBehind(ids: readonly number[]): number {
    return this.#forbidden.get(keyOf(ids)) ?? 0;
  }

  /** Adds a beginning, and those before it that mostly lead to it. @param likelihood of its last token */
  add(
    ids: readonly number[],
    reason: FinishReason,
    standing: number,
    likelihood = this.#likelihood.get(keyOf(ids)) ?? 0,
  ): void {
    const key = keyOf(ids);
    if (ids.length <= standing || this.#reasons.has(key)) return;
    this.#reasons.set(key, reason);
    const before = ids.slice(0, -1);
    const beforeKey = keyOf(before);
    const next = this.#next.get(beforeKey) ?? new Set();
    this.#next.set(beforeKey, next.add(ids.at(-1)!));
    const forbidden = (this.#forbidden.get(beforeKey) ?? 0) + likelihood;
    this.#forbidden.set(beforeKey, forbidden);
    if (forbidden > MOST_FORBIDDEN) this.add(before, reason, standing);
  }

  /** Rules out the tokens behind `generated` that are dead ends. */
  readonly rulesOut = (logits: Float32Array, generated: readonly number[]): void => {
    for (const id of this.#next.get(keyOf(generated)) ?? []) logits[id] = -Infinity;
  };
}

function keyOf(ids: readonly number[]): string {
  return ids.join(' ');
}

import type { SymbolIndex } from '../../tokenizer/symbolIndex';

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

/**
 * Token healing: the generated text must begin with `letters`, the typed part of a word that was taken
 * off the prompt, in whatever pieces the model prefers. Without it the prompt would end in a piece that
 * claims the word is over.
 *
 * @param spellingOf the letters of a token.
 */
export function prefixConstraint(
  letters: string,
  index: SymbolIndex,
  spellingOf: (id: number) => string,
): LogitsProcessor {
  return (logits, generated) => {
    const rest = lettersLeft(letters, generated, spellingOf);
    if (rest === '') return;
    const allowed = index.piecesToward(rest);
    const kept = allowed.map((id) => logits[id]!);
    logits.fill(-Infinity);
    allowed.forEach((id, i) => (logits[id] = kept[i]!));
  };
}

/** What of the letters of a begun word the generated tokens have still to spell. */
export function lettersLeft(letters: string, generated: readonly number[], spellingOf: (id: number) => string): string {
  let rest = letters;
  for (const id of generated) {
    if (rest === '') break;
    rest = rest.slice(spellingOf(id).length);
  }
  return rest;
}

import type { SymbolIndex } from '../../tokenizer/symbolIndex';
import type { LogitsProcessor } from './logitsProcessors';

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
    let rest = letters;
    for (const id of generated) {
      if (rest === '') return;
      rest = rest.slice(spellingOf(id).length);
    }
    if (rest === '') return;
    const allowed = index.piecesToward(rest);
    const kept = allowed.map((id) => logits[id]!);
    logits.fill(-Infinity);
    allowed.forEach((id, i) => (logits[id] = kept[i]!));
  };
}

import { escapeFor, repairSpacing, suffixOverlap } from '../../prose';
import type { Decoder } from '../decoder/decoder';
import { cutRepetition } from '../repetition';
import type { WriteAnswer } from './completionEngine';

/** Writes an answer by the rules of `src/prose`. */
export const writeAnswer: WriteAnswer = (cursor, place, answer) => {
  const spaced = /\s$/.test(cursor.linePrefix) ? answer.trimStart() : answer;
  const escaped = escapeFor(cursor.language, place, spaced);
  // Words behind the cursor are no reason for silence when the writer asked; the provider has judged that.
  return suffixOverlap(escaped, cursor.lineSuffix) ?? escaped;
};

/**
 * A decoder whose completions end before they repeat themselves and have the spaces repaired that
 * detokenising leaves. Done before an answer is remembered, so that it is compared with what the
 * writer types in the form it was shown.
 */
export function tidied(decoder: Pick<Decoder, 'complete'>): Pick<Decoder, 'complete'> {
  const tidy = (text: string): string => cutRepetition(repairSpacing(text));
  return {
    async complete(params, hooks = {}) {
      const { onProgress } = hooks;
      const result = await decoder.complete(params, {
        ...hooks,
        ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, text: tidy(progress.text) }) }),
      });
      return { ...result, text: tidy(result.text) };
    },
  };
}

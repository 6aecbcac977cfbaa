import { escapeFor, repairSpacing, scopeAt, suffixOverlap } from '../../prose';
import type { Decoder } from '../decoder/decoder';
import type { ProseRules } from './completionEngine';

/** The rules of `src/prose`, as the completion engine asks for them. */
export const proseRules: ProseRules = {
  read(cursor) {
    const { text, offset } = cursor.readDocument();
    return scopeAt(cursor.language, text, offset);
  },

  write(cursor, place, answer) {
    const spaced = /\s$/.test(cursor.linePrefix) ? answer.trimStart() : answer;
    const escaped = escapeFor(cursor.language, place, spaced);
    // Words behind the cursor are no reason for silence when the writer asked; the provider has judged that.
    return suffixOverlap(escaped, cursor.lineSuffix) ?? escaped;
  },
};

/**
 * A decoder whose completions have the spaces repaired that detokenising leaves. Done before an
 * answer is remembered, so that it is compared with what the writer types in the form it was shown.
 */
export function withRepairedSpacing(decoder: Pick<Decoder, 'complete'>): Pick<Decoder, 'complete'> {
  return {
    async complete(params, hooks = {}) {
      const { onProgress } = hooks;
      const result = await decoder.complete(params, {
        ...hooks,
        ...(onProgress && {
          onProgress: (progress) => onProgress({ ...progress, text: repairSpacing(progress.text) }),
        }),
      });
      return { ...result, text: repairSpacing(result.text) };
    },
  };
}

import { repairSpacing } from '../../prose';
import type { Decoder } from '../decoder/decoder';

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
        ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, text: repairSpacing(progress.text) }) }),
      });
      return { ...result, text: repairSpacing(result.text) };
    },
  };
}

import { repairSpacing } from '../prose/spacing';
import type { Completer } from './completer';

/**
 * A completer whose answers have the spaces repaired that detokenising leaves. Done before an
 * answer is remembered, so that it is compared with what the writer types in the form it was shown.
 */
export function withRepairedSpacing(completer: Completer): Completer {
  return {
    async complete(params, hooks = {}) {
      const { onProgress } = hooks;
      const result = await completer.complete(params, {
        ...hooks,
        ...(onProgress && {
          onProgress: (progress) => onProgress({ ...progress, text: repairSpacing(progress.text) }),
        }),
      });
      return { ...result, text: repairSpacing(result.text) };
    },
  };
}

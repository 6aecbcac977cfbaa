import { repairSpacing } from '../prose/spacing';
import type { CompleteParams, CompleteResult, GenerationProgress } from '../protocol/decoder';

export interface CompletionHooks {
  /** Aborting it ends the generation; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
  onProgress?: (progress: GenerationProgress) => void;
}

/** Whatever continues text: the decoder process in the product. */
export interface Completer {
  complete(params: CompleteParams, hooks?: CompletionHooks): Promise<CompleteResult>;
}

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
          onProgress: (progress) => onProgress({ ...progress, text: repairSpacing(progress.text, params.textBefore) }),
        }),
      });
      return { ...result, text: repairSpacing(result.text, params.textBefore) };
    },
  };
}

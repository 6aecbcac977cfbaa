import type { CompleteParams, CompleteResult, GenerationProgress } from '../protocol/decoder';

export interface CompletionHooks {
  /** Aborting it ends the generation; the promise then rejects with `Cancelled` or a message of its own. */
  signal?: AbortSignal;
  onProgress?: (progress: GenerationProgress) => void;
}

/** Whatever continues text: the decoder process in the product. */
export interface Completer {
  complete(params: CompleteParams, hooks?: CompletionHooks): Promise<CompleteResult>;
}

import type {
  CompleteParams,
  CompleteResult,
  DecoderStatus,
  DescribeParams,
  DescribeResult,
  GenerationProgress,
  ModelInfo,
  PrepareParams,
  PrepareResult,
} from '../protocol/decoder';

export interface GenerationHooks {
  /** Aborting it cancels the generation in the decoder; the promise then rejects with `Cancelled`. */
  signal?: AbortSignal;
  onProgress?: (progress: GenerationProgress) => void;
}

/** What the editor's features ask of the decoder process. */
export interface Decoder {
  complete(params: CompleteParams, hooks?: GenerationHooks): Promise<CompleteResult>;
  describe(params: DescribeParams, hooks?: GenerationHooks): Promise<DescribeResult>;
}

/** One running decoder process with its model loaded, or on the way to it. */
export interface DecoderProcess extends Decoder {
  /** Settles once: in words, how the process ended. Never rejects. */
  readonly ended: Promise<string>;
  /**
   * Reads a text ahead of its completion.
   * @throws Cancelled; ResponseError when the decoder had something else to do
   */
  prepare(params: PrepareParams, signal?: AbortSignal): Promise<PrepareResult>;
  /** Loads the model; rejects with the decoder's own words when the folder is no good. */
  load(): Promise<ModelInfo>;
  status(): Promise<DecoderStatus>;
  /** Asks the process to end, and makes it when it does not. */
  stop(): void;
}

/** The decoder cannot answer now; the message says why and what to do. */
export class DecoderUnavailable extends Error {
  override name = 'DecoderUnavailable';
}

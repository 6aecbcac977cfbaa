import type { RequestHooks } from '../ipc/rpcProcess';
import type { ProcessEnd } from '../ipc/processEnd';
import type {
  CompleteParams,
  CompleteResult,
  DecoderStatus,
  DescribeParams,
  DescribeResult,
  GenerationProgress,
  KeepTextsParams,
  LoadModelParams,
  MineParams,
  MineResult,
  ModelInfo,
  PrepareParams,
  PrepareResult,
} from '../protocol/decoder';

export type GenerationHooks = RequestHooks<GenerationProgress>;

/** What the editor's features ask of the decoder process. */
export interface Decoder {
  complete(params: CompleteParams, hooks?: GenerationHooks): Promise<CompleteResult>;
  describe(params: DescribeParams, hooks?: GenerationHooks): Promise<DescribeResult>;
}

/** What text mining asks of it. */
export interface MiningDecoder {
  mine(params: MineParams, hooks?: GenerationHooks): Promise<MineResult>;
}

/** A running decoder process. Its requests throw as those of `RpcProcess` do. */
export interface DecoderProcess extends Decoder, MiningDecoder {
  /** Settles once, with how the process ended. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Loads a model, in place of the one that is loaded; after a refusal it takes another. */
  load(model: LoadModelParams): Promise<ModelInfo>;
  /** Reads a text ahead of its completion. @throws AbortError too when the decoder had something else to do */
  prepare(params: PrepareParams, signal?: AbortSignal): Promise<PrepareResult>;
  /** Sends texts that requests name by their ids. */
  keepTexts(params: KeepTextsParams): Promise<null>;
  status(): Promise<DecoderStatus>;
  /** Asks the process to end, and makes it when it does not. */
  stop(): void;
}

/** Why the supervisor has given up. */
export type DecoderFailure =
  /** The last model that could be chosen was refused. */
  { code: 'modelRefused'; error: unknown } | { code: 'endedRepeatedly'; times: number; end: ProcessEnd };

/** Why the decoder cannot answer now. */
export type Unavailability =
  | { code: 'shuttingDown' }
  /** It starts again by itself in a moment. */
  | { code: 'restarting'; end: ProcessEnd }
  | { code: 'failed'; failure: DecoderFailure };

/** The decoder cannot answer now; it is worded where it is shown. */
export class DecoderUnavailable extends Error {
  override readonly name = 'DecoderUnavailable';

  constructor(readonly why: Unavailability) {
    super(`The decoder cannot answer (${why.code}).`);
  }
}

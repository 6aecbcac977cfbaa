import { RpcProcess } from '../ipc/rpcProcess';
import {
  Methods,
  type CompleteParams,
  type CompleteResult,
  type DecoderStatus,
  type DescribeParams,
  type DescribeResult,
  type GenerationProgress,
  type LoadModelParams,
  type ModelInfo,
  type PrepareParams,
  type PrepareResult,
} from '../protocol/decoder';
import type { DecoderProcess, GenerationHooks } from './decoder';

export interface ForkOptions {
  /** The decoder's bundle, `dist/decoder.cjs`. */
  modulePath: string;
  /** Lines the decoder writes on stdout and stderr. */
  onOutput(line: string): void;
}

/** A decoder process that is told which model to load; it takes another one after it has refused one. */
export interface ForkedDecoder extends Omit<DecoderProcess, 'load'> {
  /** @throws ResponseError in the decoder's own words when the folder is no good */
  load(model: LoadModelParams): Promise<ModelInfo>;
}

/** Starts a decoder in a process of its own. */
export function forkDecoder({ modulePath, onOutput }: ForkOptions): ForkedDecoder {
  const process = new RpcProcess({ modulePath, name: 'decoder', shutdownMethod: Methods.shutdown, onOutput });
  return {
    ended: process.ended,
    load: (model) => process.request<ModelInfo>(Methods.loadModel, model),
    status: () => process.request<DecoderStatus>(Methods.status, {}),
    prepare: (params: PrepareParams, signal?: AbortSignal) =>
      process.stream<PrepareResult, never>(Methods.prepare, params, signal ? { signal } : {}),
    complete: (params: CompleteParams, hooks: GenerationHooks = {}) =>
      process.stream<CompleteResult, GenerationProgress>(Methods.complete, params, hooks),
    describe: (params: DescribeParams, hooks: GenerationHooks = {}) =>
      process.stream<DescribeResult, GenerationProgress>(Methods.describe, params, hooks),
    stop: () => process.stop(),
  };
}

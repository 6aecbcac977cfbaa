import { RpcProcess } from '../../ipc/rpcProcess';
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
} from '../../protocol';
import type { DecoderProcess, GenerationHooks } from './decoder';

export interface ForkOptions {
  /** The decoder's bundle, `dist/decoder.cjs`. */
  modulePath: string;
  model: LoadModelParams;
  /** Lines the decoder writes on stdout and stderr. */
  onOutput(line: string): void;
}

/** Starts a decoder in a process of its own. */
export function forkDecoder({ modulePath, model, onOutput }: ForkOptions): DecoderProcess {
  const process = new RpcProcess({ modulePath, name: 'decoder', shutdownMethod: Methods.shutdown, onOutput });
  return {
    ended: process.ended,
    load: () => process.request<ModelInfo>(Methods.loadModel, model),
    status: () => process.request<DecoderStatus>(Methods.status, {}),
    complete: (params: CompleteParams, hooks: GenerationHooks = {}) =>
      process.stream<CompleteResult, GenerationProgress>(Methods.complete, params, hooks),
    describe: (params: DescribeParams, hooks: GenerationHooks = {}) =>
      process.stream<DescribeResult, GenerationProgress>(Methods.describe, params, hooks),
    stop: () => process.stop(),
  };
}

import { RpcProcess } from '../ipc/rpcProcess';
import {
  Complete,
  Describe,
  GenerationProgressed,
  KeepTexts,
  LoadModel,
  Mine,
  Prepare,
  Status,
} from '../protocol/decoder';
import type { AskServer } from '../protocol/server';
import type { DecoderProcess } from './decoder';
import { askForDecoder } from './serverChannel';

export interface ForkOptions {
  /** The decoder's bundle, `dist/decoder.cjs`. */
  modulePath: string;
  /** Lines the decoder writes on stdout and stderr. */
  onOutput(line: string): void;
  /** Nobody waits for what it does: it takes what other processes leave. */
  background?: boolean;
  /** Asks the inference server for it; absent: it is refused one. */
  askServer?: AskServer;
}

/** Starts a decoder in a process of its own. */
export function forkDecoder({ modulePath, onOutput, background = false, askServer }: ForkOptions): DecoderProcess {
  const process = new RpcProcess({ modulePath, name: 'decoder', onOutput, background });
  if (askServer) askForDecoder(process, askServer);
  return {
    ended: process.ended,
    load: (model) => process.request(LoadModel, model),
    status: () => process.request(Status, {}),
    keepTexts: (params) => process.request(KeepTexts, params),
    prepare: (params, signal) => process.request(Prepare, params, signal ? { signal } : {}),
    complete: (params, hooks) => process.stream(Complete, GenerationProgressed, params, hooks),
    describe: (params, hooks) => process.stream(Describe, GenerationProgressed, params, hooks),
    mine: (params, hooks) => process.stream(Mine, GenerationProgressed, params, hooks),
    stop: () => process.stop(),
  };
}

import { ProcessEnded } from '../ipc/processEnd';
import type { GenerationTimings } from '../protocol/decoder';
import { failureOf } from '../protocol/failure';
import type { Decoder, GenerationHooks, MiningDecoder } from './decoder';
import { isServerFailure, type ServerUse } from './serverUse';
import type { Clock } from './supervisor';

/** A decoder whose model a server may compute, and which can load it on this machine instead. */
export interface ServedDecoder extends Decoder, MiningDecoder {
  restart(): void;
}

/** Asks the model of this machine for what a server has failed to answer. */
export function withLocalModel(
  decoder: ServedDecoder,
  server: Pick<ServerUse, 'current' | 'failed' | 'alive' | 'answered' | 'saidNothing'>,
  clock: Pick<Clock, 'now'>,
): Decoder & MiningDecoder {
  async function ask<R extends { timings: GenerationTimings }>(
    request: (hooks: GenerationHooks) => Promise<R>,
    hooks: GenerationHooks = {},
  ): Promise<R> {
    const asked = server.current;
    if (asked === null) return request(hooks);
    const isAsked = (): boolean => server.current === asked;
    const begun = clock.now();
    let saidSomething = false;
    try {
      const answer = await request({
        ...hooks,
        onProgress: (progress) => {
          saidSomething = true;
          if (isAsked()) server.alive();
          hooks.onProgress?.(progress);
        },
      });
      // One may be answered without asking anybody, as for a text without words.
      const { prefillTokens, decodedTokens } = answer.timings;
      if (isAsked() && prefillTokens + decodedTokens > 0) server.answered();
      return answer;
    } catch (error) {
      if (hooks.signal?.aborted) {
        if (isAsked() && !saidSomething && server.saidNothing(clock.now() - begun)) decoder.restart();
        throw error;
      }
      const failure = failureOf(error);
      if (isServerFailure(failure)) {
        if (isAsked() && server.failed(failure)) decoder.restart();
      } else if (!(error instanceof ProcessEnded) || isAsked()) {
        throw error;
      }
      // The server is given up, by this request or, while it ran, by another one.
      return request(hooks);
    }
  }
  return {
    complete: (params, hooks) => ask((either) => decoder.complete(params, either), hooks),
    describe: (params, hooks) => ask((either) => decoder.describe(params, either), hooks),
    mine: (params, hooks) => ask((either) => decoder.mine(params, either), hooks),
  };
}

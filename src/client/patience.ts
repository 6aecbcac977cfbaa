import { ProcessEnded } from '../ipc/processEnd';
import type { Decoder, GenerationHooks } from './decoder';

/** A decoder that is started again after it has crashed, sometimes after a pause. */
export interface RestartedDecoder extends Pick<Decoder, 'complete'> {
  /** Resolves once no pause keeps requests waiting; at once where there is none. Rejects with the signal's reason. */
  pauseOver(signal?: AbortSignal): Promise<void>;
}

/**
 * Waits while a decoder that has crashed is held back, and asks once more for what its process took along. An editor asks
 * for ghost text when a key is pressed: a writer who pauses after that key would otherwise wait for nothing.
 */
export function withPatience(decoder: RestartedDecoder): Pick<Decoder, 'complete'> {
  async function once(...[params, hooks]: Parameters<Decoder['complete']>): ReturnType<Decoder['complete']> {
    await decoder.pauseOver(hooks?.signal);
    return decoder.complete(params, hooks);
  }
  return {
    complete: (params, hooks?: GenerationHooks) =>
      once(params, hooks).catch((error: unknown) => {
        if (!(error instanceof ProcessEnded)) throw error;
        hooks?.signal?.throwIfAborted();
        return once(params, hooks);
      }),
  };
}

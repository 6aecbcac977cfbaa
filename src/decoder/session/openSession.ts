import { type Architecture, ModelError } from '../../model';
import { chooseThreads } from '../machine/threads';
import { NativeSession } from './nativeSession';
import { OrtNative } from './ortNative';
import { PlainSession } from './plainSession';
import { openPrepared } from './preparedGraph';
import { sameResults } from './sameResults';
import { nativeAgreesWithPlain } from './selfCheck';
import type { CacheShape, ModelSession } from './session';

export type Backend = 'native' | 'plain';

export interface SessionOptions {
  /** Intra-op threads; omitted: chosen by the machine. */
  threads?: number;
  /** Forces one path, without a check; omitted: native where it proves right, else plain. */
  backend?: Backend;
  log?: (line: string) => void;
}

/**
 * Opens a graph written by `src/model`. The native path is taken if, on a tiny network, it gives the plain
 * path's logits on this very machine; otherwise the plain path, and the log says why.
 *
 * @throws ModelError when the runtime cannot load the graph.
 */
export async function openSession(
  graphPath: string, architecture: Architecture, options: SessionOptions = {},
): Promise<ModelSession> {
  const { backend, log = () => undefined } = options;
  const threads = options.threads ?? (await threadsOfMachine(log));
  const shape: CacheShape = {
    layers: architecture.layers,
    heads: architecture.heads,
    headDim: architecture.hiddenSize / architecture.heads,
    maxPositions: architecture.maxPositions,
  };
  const native = backend === 'plain' ? null : await loadNative(backend === 'native', log);
  try {
    if (native === null) return await PlainSession.open(graphPath, threads, shape, architecture.vocabSize);
    const { vocabSize } = architecture;
    const agree = sameResults(native, shape, vocabSize);
    return new NativeSession(native, await openPrepared(native, graphPath, { threads, agree, log }), shape, vocabSize);
  } catch (error) {
    native?.dispose();
    throw new ModelError(
      graphPath, `cannot be loaded (${(error as Error).message}).`, 'Download or convert the model again.', {
        cause: error,
      },
    );
  }
}

async function threadsOfMachine(log: (line: string) => void): Promise<number> {
  const { threads, reason } = await chooseThreads();
  log(`Works with ${threads} thread${threads === 1 ? '' : 's'} (${reason}).`);
  return threads;
}

/** The C API, or null where it cannot be used. @throws Error instead when it is `required`. */
async function loadNative(required: boolean, log: (line: string) => void): Promise<OrtNative | null> {
  let native: OrtNative | null = null;
  try {
    native = await OrtNative.load();
    if (required) return native;
    const difference = await nativeAgreesWithPlain(native);
    if (difference === null) return native;
    log(`The native path differs from the plain one (${difference}); using the plain one, which is slower.`);
  } catch (error) {
    if (required) throw error;
    log(`The native path cannot be used (${(error as Error).message}); using the plain one, which is slower.`);
  }
  native?.dispose();
  return null;
}

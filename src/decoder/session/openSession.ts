import { stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { type Architecture, ModelError } from '../../model';
import { chooseThreads } from '../machine/threads';
import { NativeSession } from './nativeSession';
import { OrtNative, type OrtNativeSession } from './ortNative';
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
  /** A graph for long prompts beside the whole one; left out, or too large for this machine, that one reads them. */
  prefillGraph?: string;
  /** Bytes of memory this machine has; default: the system's. */
  totalMemory?: number;
  log?: (line: string) => void;
}

/** The prefill graph's weights may take this share of the machine's memory. */
const PREFILL_SHARE = 0.1;

/**
 * Opens a graph written by `src/model`. The native path is taken if, on a tiny network, it gives the plain
 * path's logits on this very machine; otherwise the plain path, and the log says why.
 *
 * @throws ModelError when the runtime cannot load the graph.
 */
export async function openSession(
  graphPath: string, architecture: Architecture, options: SessionOptions = {},
): Promise<ModelSession> {
  const { backend, prefillGraph, log = () => undefined } = options;
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
    const load = (path: string, hasLogits: boolean): Promise<OrtNativeSession> =>
      openPrepared(native, path, {
        threads, agree: sameResults(native, shape, hasLogits ? architecture.vocabSize : null), log,
      });
    const session = await load(graphPath, true);
    const loadsPrefill = prefillGraph !== undefined && (await fits(prefillGraph, options.totalMemory ?? totalmem()));
    return new NativeSession(native, session, shape, architecture.vocabSize, {
      log,
      ...(loadsPrefill && { loadPrefill: () => load(prefillGraph, false) }),
    });
  } catch (error) {
    native?.dispose();
    throw new ModelError(
      graphPath, `cannot be loaded (${(error as Error).message}).`, 'Download or convert the model again.', {
        cause: error,
      },
    );
  }
}

async function fits(graphPath: string, totalMemory: number): Promise<boolean> {
  const { size } = await stat(`${graphPath}.data`);
  return size <= PREFILL_SHARE * totalMemory;
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

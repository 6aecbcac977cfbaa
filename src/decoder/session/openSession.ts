import type { Architecture } from '../../modelFolder/format';
import { ModelError } from '../../modelFolder/modelError';
import { chooseThreads, possibleThreads } from '../machine/threads';
import { graphInput } from './graphInput';
import { NativeSession } from './nativeSession';
import { OrtNative } from './ortNative';
import { PlainSession } from './plainSession';
import { openPrepared } from './preparedGraph';
import { sameResults } from './sameResults';
import { nativeAgreesWithPlain } from './runtimeCheck';
import type { CacheShape } from './kvCache';
import type { ModelSession } from './session';
import { phrase } from '../../modelFolder/phrase';

export type Backend = 'native' | 'plain';

export interface SessionOptions {
  /** Intra-op threads; omitted: chosen by the machine. */
  threads?: number;
  /** Forces one path, without a check; omitted: native where it proves right, else plain. */
  backend?: Backend;
  log?: (line: string) => void;
  /** Default: `OrtNative.load`. */
  loadNative?: () => Promise<OrtNative>;
}

/**
 * Opens a graph written by `src/conversion`. The native path is taken if, on a tiny network, it gives the plain
 * path's logits on this very machine; otherwise the plain path, and the log says why.
 *
 * @throws ModelError when the runtime cannot load the graph.
 */
export async function openSession(
  graphPath: string,
  architecture: Architecture,
  options: SessionOptions = {},
): Promise<ModelSession> {
  const { backend, log = () => undefined, loadNative = () => OrtNative.load() } = options;
  const threads = options.threads === undefined ? await threadsOfMachine(log) : possibleThreads(options.threads);
  const shape: CacheShape = {
    layers: architecture.layers,
    heads: architecture.heads,
    headDim: architecture.hiddenSize / architecture.heads,
    maxPositions: architecture.maxPositions,
  };
  const { vocabSize } = architecture;
  const openNative = async (native: OrtNative): Promise<NativeSession> => {
    const agree = sameResults(native, shape, vocabSize);
    return new NativeSession(native, await openPrepared(native, graphPath, { threads, agree, log }), shape, vocabSize);
  };
  try {
    if (backend === 'native') return await openNative(await loadNative());
    const checked = backend === 'plain' ? null : await openChecked(loadNative, openNative, log);
    return checked ?? (await PlainSession.open(await graphInput(graphPath), threads, shape, vocabSize));
  } catch (error) {
    throw new ModelError(
      graphPath,
      phrase`cannot be loaded (${(error as Error).message}).`,
      phrase`Download or convert the model again.`,
      {
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

/**
 * A session over the C API, or null where that cannot be used. The graph loads on another thread while it is checked.
 * @throws Error of the runtime where the C API is in order and the graph is not
 */
async function openChecked(
  loadNative: () => Promise<OrtNative>,
  open: (native: OrtNative) => Promise<NativeSession>,
  log: (line: string) => void,
): Promise<NativeSession | null> {
  let native: OrtNative;
  try {
    native = await loadNative();
  } catch (error) {
    log(`The native path cannot be used (${(error as Error).message}); using the plain one, which is slower.`);
    return null;
  }
  const [opened, check] = await Promise.allSettled([open(native), checkOnce(native)]);
  if (check.status === 'fulfilled' && check.value === null && opened.status === 'fulfilled') return opened.value;
  if (opened.status === 'fulfilled') await opened.value.dispose();
  if (check.status === 'rejected') {
    log(`The native path cannot be used (${(check.reason as Error).message}); using the plain one, which is slower.`);
  } else if (check.value !== null) {
    log(`The native path differs from the plain one (${check.value}); using the plain one, which is slower.`);
  } else if (opened.status === 'rejected') {
    throw opened.reason;
  }
  return null;
}

/** What the check of a runtime has found; it is the same for every model. */
const checked = new WeakMap<OrtNative, Promise<string | null>>();

function checkOnce(native: OrtNative): Promise<string | null> {
  let check = checked.get(native);
  if (!check) {
    check = nativeAgreesWithPlain(native);
    checked.set(native, check);
    check.catch(() => checked.delete(native));
  }
  return check;
}

import { KvCache, type CacheShape } from './kvCache';
import { NativeGraph } from './nativeGraph';
import type { OrtNative, OrtNativeSession } from './ortNative';
import type { Agree } from './preparedGraph';

/** A prompt and a token behind it: the kernels for many rows and for one. */
const PASSES = [[2, 9, 17, 5, 11, 3, 29, 8], [13]];

/**
 * Compares two sessions of one network by what they compute, to the last bit.
 * @param vocabSize width of the logits
 */
export function sameResults(native: OrtNative, shape: CacheShape, vocabSize: number): Agree {
  const results = async (session: OrtNativeSession): Promise<Float32Array[]> => {
    const graph = new NativeGraph(native, session, vocabSize);
    const cache = new KvCache(shape);
    try {
      const logits: Float32Array[] = [];
      for (const ids of PASSES) logits.push((await graph.run(cache, ids, 'last')).slice());
      return [...logits, ...cache.tensors];
    } finally {
      graph.releaseCache(cache);
    }
  };
  return async (a, b) => {
    const [expected, actual] = [await results(a), await results(b)];
    return expected.every((values, i) => values.every((value, j) => value === actual[i]![j]));
  };
}

import { logSumExp } from '../../../src/conversion/selfCheck/numbers';
import { loadModel } from '../../../src/decoder/loadedModel';
import { CachedModel } from '../../../src/decoder/session/cachedModel';
import type { ModelSession } from '../../../src/decoder/session/session';

/** What the server computes with: rows of ln p behind texts, one at a time. */
export interface Network {
  vocabSize: number;
  maxPositions: number;
  /** ln p [vocab] of the next token. */
  row(ids: readonly number[]): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/**
 * A session that reads one token in a pass: with quantized weights a pass over several gives other last digits, so that what is computed
 * would depend on what was computed before.
 */
export function byTokens(session: ModelSession): ModelSession {
  const { backend, vocabSize, cacheShape } = session;
  return {
    backend,
    vocabSize,
    cacheShape,
    async forward(cache, ids, rows, signal) {
      if (cache.batch > 1 || rows === 'all') throw new Error('One text, one row.');
      let logits!: Float32Array;
      for (const id of ids) logits = await session.forward(cache, [id], 'last', signal);
      return logits;
    },
    releaseCache: (cache) => session.releaseCache(cache),
    dispose: () => session.dispose(),
  };
}

/** Our own engine's network of a model folder. */
export async function networkOf(modelDir: string): Promise<Network> {
  const { session, info } = await loadModel(modelDir, { threads: 1 });
  const model = new CachedModel(byTokens(session), () => 0);
  let last: Promise<unknown> = Promise.resolve();
  const row = async (ids: readonly number[]): Promise<Float64Array> => {
    const { logits } = await model.prefill(ids);
    const sum = logSumExp(logits);
    return Float64Array.from(logits, (value) => value - sum);
  };
  return {
    vocabSize: session.vocabSize,
    maxPositions: info.maxPositions,
    row: (ids) => {
      const next = last.then(() => row(ids));
      last = next.catch(() => undefined);
      return next;
    },
    dispose: async () => {
      await last;
      await session.dispose();
    },
  };
}

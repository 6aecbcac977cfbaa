import type { CacheShape, KvCache } from './kvCache';

/** Which positions of a forward pass get logits: the last of each row, or every one. */
export type LogitRows = 'last' | 'all';

/** What the native and the plain path have in common: a network that reads tokens into a KV cache. */
export interface ModelSession {
  readonly backend: 'native' | 'plain';
  readonly vocabSize: number;
  readonly cacheShape: CacheShape;

  /**
   * Reads the next `ids` (row-major [B, S], B = `cache.batch`) behind `cache.length`, which grows
   * by S. The cache must have room (`cache.reserve`); S > 1 with a cache that isn't empty needs
   * B = 1 (GroupQueryAttention's rule).
   *
   * @returns logits, row-major [R, vocab] float32 with R = B or B·S; valid until the next call.
   * @throws the signal's reason when it fires before or during the run; the cache is as before the call.
   */
  forward(cache: KvCache, ids: readonly number[], rows: LogitRows, signal?: AbortSignal): Promise<Float32Array>;

  /** Lets go of what the session holds for this cache; no run may be using it. */
  releaseCache(cache: KvCache): void;

  /** Ends a run in progress and frees network and runtime. */
  dispose(): Promise<void>;
}

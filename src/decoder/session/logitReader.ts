import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { KvCache } from './kvCache';
import type { ModelSession } from './session';

/** Tokens per pass: all logits of a pass take memory. */
const CHUNK = 64;

/** Reads whole texts for the logits of their positions, with a KV cache of its own. */
export class LogitReader {
  private readonly cache: KvCache;

  constructor(private readonly session: ModelSession) {
    this.cache = new KvCache(session.cacheShape);
  }

  /**
   * Next-token logits [vocab] of every position of `ids`.
   * @throws the signal's reason
   */
  async read(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array[]> {
    const rows: Float32Array[] = [];
    await this.each(ids, 0, (row) => rows.push(row.slice()), signal);
    return rows;
  }

  /**
   * Calls back with the logits [vocab] of each position ≥ `from`, valid until it returns.
   * @throws the signal's reason
   */
  async each(
    ids: readonly number[],
    from: number,
    use: (row: Float32Array, position: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const { cache, session } = this;
    const { vocabSize } = session;
    cache.truncate(0);
    cache.reserve(ids.length);
    for (let at = 0; at < ids.length;) {
      const wanted = at >= from;
      const part = ids.slice(at, Math.min(at + CHUNK, wanted ? ids.length : from));
      const logits = await session.forward(cache, part, wanted ? 'all' : 'last', signal);
      if (wanted) part.forEach((_, i) => use(logits.subarray(i * vocabSize, (i + 1) * vocabSize), at + i));
      at += part.length;
      await yieldToEventLoop();
    }
  }
}

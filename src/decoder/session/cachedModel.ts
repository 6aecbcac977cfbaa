import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { BeamBatch, Prefill, ResidentModel, SpeculativeModel } from '../generation/languageModel';
import { KvCache } from './kvCache';
import { PassLength, type PassSize } from './passLength';
import type { ModelSession } from './session';

const FIRST_CHUNK = { plain: 64, native: 128 };
/**
 * Milliseconds of a pass, by backend. On the plain path a cancellation has to wait for the pass it meets;
 * the native one ends it, and larger passes read the weights less often.
 */
const CHUNK_TARGET_MS = { plain: 60, native: 200 };

/**
 * A network that remembers the text it read last: a new prompt costs only the tokens behind its longest
 * common prefix with that text. A text that diverges cuts the cache back; nothing before is computed again.
 */
export class CachedModel implements ResidentModel, SpeculativeModel {
  private cache: KvCache;
  /** The tokens whose keys and values the cache holds. */
  private ids: number[] = [];
  private readonly passes: PassLength;
  /** Logits behind the last prompt: letters of a word being typed leave the prompt as it was. */
  private behindPrompt: { length: number; logits: Float32Array } | null = null;

  constructor(
    private readonly session: ModelSession,
    private readonly now: () => number = () => performance.now(),
    size: PassSize = { passMs: CHUNK_TARGET_MS[session.backend], first: FIRST_CHUNK[session.backend] },
  ) {
    this.cache = new KvCache(session.cacheShape);
    this.passes = new PassLength(size);
  }

  get vocabSize(): number {
    return this.session.vocabSize;
  }

  get maxPositions(): number {
    return this.session.cacheShape.maxPositions;
  }

  get cachedTokens(): number {
    return this.cache.length;
  }

  async prefill(ids: readonly number[], signal?: AbortSignal): Promise<Prefill> {
    signal?.throwIfAborted();
    const common = commonPrefix(this.ids, ids);
    if (common === ids.length && this.behindPrompt?.length === common) {
      this.keep(common);
      return { logits: this.behindPrompt.logits.slice(), reusedTokens: common, computedTokens: 0 };
    }
    // The last token is computed all the same: its logits are what is asked for.
    const reusedTokens = Math.min(common, ids.length - 1);
    this.keep(reusedTokens);
    this.cache.reserve(ids.length);
    let logits!: Float32Array;
    for (let at = reusedTokens; at < ids.length;) {
      const part = ids.slice(at, at + this.passes.next(ids.length - at));
      at += part.length;
      const started = this.now();
      logits = await this.session.forward(this.cache, part, 'last', signal);
      this.passes.took(part.length, this.now() - started);
      this.ids.push(...part);
      await yieldToEventLoop();
      signal?.throwIfAborted();
    }
    // A copy: what chooses the next token writes into these.
    this.behindPrompt = { length: ids.length, logits: logits.slice() };
    return { logits, reusedTokens, computedTokens: ids.length - reusedTokens };
  }

  async step(id: number, signal?: AbortSignal): Promise<Float32Array> {
    this.cache.reserve(this.cache.length + 1);
    const logits = await this.session.forward(this.cache, [id], 'last', signal);
    this.ids.push(id);
    return logits;
  }

  async verify(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    this.cache.reserve(this.cache.length + ids.length);
    const logits = await this.session.forward(this.cache, ids, 'all', signal);
    this.ids.push(...ids);
    return logits;
  }

  takeBack(count: number): void {
    this.keep(this.ids.length - count);
  }

  fork(beams: number, newTokens: number): BeamBatch {
    const { session } = this;
    const cache = new KvCache(session.cacheShape, beams);
    cache.replicate(this.cache);
    cache.reserve(Math.min(cache.length + newTokens, this.maxPositions));
    const shared = cache.length;
    return {
      step: (parents, ids, signal) => {
        cache.reorder(parents, shared);
        return session.forward(cache, ids, 'last', signal);
      },
      dispose: () => session.releaseCache(cache),
    };
  }

  /** Lets go of the text it read, and of the memory for it. */
  forget(): void {
    this.session.releaseCache(this.cache);
    this.cache = new KvCache(this.session.cacheShape);
    this.keep(0);
  }

  /** Ends what runs; the session lets go of every cache once nothing uses it any more. */
  async dispose(): Promise<void> {
    await this.session.dispose();
  }

  private keep(length: number): void {
    if (this.behindPrompt && length < this.behindPrompt.length) this.behindPrompt = null;
    this.ids.length = Math.min(this.ids.length, length);
    this.cache.truncate(length);
  }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

import { checkPass } from './inputs';
import type { KvCache } from './kvCache';
import { NativeGraph } from './nativeGraph';
import type { OrtNative, OrtNativeSession } from './ortNative';
import { throwIfAborted, type CacheShape, type LogitRows, type ModelSession } from './session';

/**
 * From so many tokens on a pass goes through the prefill graph: without logits, and with the last token's,
 * which the whole graph then computes by itself.
 */
const LEAST_PREFILL = { none: 16, last: 48 };

export interface NativeSessionOptions {
  /** Loads the graph for long prompts; it is asked for once, after the first pass. */
  loadPrefill?: () => Promise<OrtNativeSession>;
  log?: (line: string) => void;
}

/** Runs the network through the C API of ONNX Runtime: the cache is updated in place. */
export class NativeSession implements ModelSession {
  readonly backend = 'native';
  private readonly whole: NativeGraph;
  private prefill: NativeGraph | null = null;
  private loading: Promise<void> | null = null;
  private closed = false;

  constructor(
    private readonly ort: OrtNative,
    session: OrtNativeSession,
    readonly cacheShape: CacheShape,
    readonly vocabSize: number,
    private readonly options: NativeSessionOptions = {},
  ) {
    this.whole = new NativeGraph(ort, session, vocabSize);
  }

  async forward(
    cache: KvCache, ids: readonly number[], rows: LogitRows, signal?: AbortSignal,
  ): Promise<Float32Array> {
    throwIfAborted(signal);
    if (this.closed) throw new Error('The model was unloaded.');
    checkPass(cache, ids, this.vocabSize);
    const before = cache.length;
    try {
      if (this.prefill === null || cache.batch > 1 || rows === 'all' || ids.length < LEAST_PREFILL[rows]) {
        return await this.whole.run(cache, ids, rows, signal);
      }
      const ahead = rows === 'none' ? ids : ids.slice(0, -1);
      const none = await this.prefill.run(cache, ahead, 'none', signal);
      return rows === 'none' ? none : await this.whole.run(cache, ids.slice(-1), rows, signal);
    } catch (error) {
      cache.length = before;
      throw error;
    } finally {
      void this.ready();
    }
  }

  /** Resolves once the prefill graph, if there is one, is loaded or has failed to. */
  ready(): Promise<void> {
    return (this.loading ??= this.loadPrefill());
  }

  releaseCache(cache: KvCache): void {
    this.whole.releaseCache(cache);
    this.prefill?.releaseCache(cache);
  }

  /** Frees the network but not the runtime, which the next session may use. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.whole.close();
    await this.loading;
    await this.prefill?.close();
  }

  async dispose(): Promise<void> {
    if (this.closed) return;
    await this.close();
    this.ort.dispose();
  }

  private async loadPrefill(): Promise<void> {
    const { loadPrefill, log } = this.options;
    if (!loadPrefill || this.closed) return;
    try {
      this.prefill = new NativeGraph(this.ort, await loadPrefill(), null);
    } catch (error) {
      log?.(`Long prompts take longer: their graph cannot be loaded (${(error as Error).message}).`);
    }
  }
}

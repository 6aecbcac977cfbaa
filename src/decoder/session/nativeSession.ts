import { checkPass } from './inputs';
import type { CacheShape, KvCache } from './kvCache';
import { NativeGraph } from './nativeGraph';
import type { OrtNative, OrtNativeSession } from './ortNative';
import type { LogitRows, ModelSession } from './session';

/** Runs the network through the C API of ONNX Runtime: the cache is updated in place. */
export class NativeSession implements ModelSession {
  readonly backend = 'native';
  private readonly graph: NativeGraph;
  private closed = false;

  constructor(
    ort: OrtNative,
    session: OrtNativeSession,
    readonly cacheShape: CacheShape,
    readonly vocabSize: number,
  ) {
    this.graph = new NativeGraph(ort, session, vocabSize);
  }

  async forward(cache: KvCache, ids: readonly number[], rows: LogitRows, signal?: AbortSignal): Promise<Float32Array> {
    signal?.throwIfAborted();
    if (this.closed) throw new Error('The model was unloaded.');
    checkPass(cache, ids, this.vocabSize);
    return this.graph.run(cache, ids, rows, signal);
  }

  releaseCache(cache: KvCache): void {
    this.graph.releaseCache(cache);
  }

  async dispose(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.graph.close();
  }
}

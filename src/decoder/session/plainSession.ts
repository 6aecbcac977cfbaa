import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { GraphInput } from './graphInput';
import { checkPass, createInputs, fillInputs, rowCount } from './inputs';
import type { CacheShape, KvCache } from './kvCache';
import type { LogitRows, ModelSession } from './session';
import { setRuntimeEnvironment } from './runtimeLibrary';

/**
 * Runs the graph through onnxruntime-node's own `session.run`, which copies every output: each token
 * pays for the whole capacity of the cache, and a run blocks the thread. The way out where the C API
 * cannot be called.
 */
export class PlainSession implements ModelSession {
  readonly backend = 'plain';

  private constructor(
    private readonly session: InferenceSession,
    private readonly tensor: typeof Tensor,
    readonly cacheShape: CacheShape,
    readonly vocabSize: number,
  ) {}

  /** @param input the graph; see `graphInput` */
  static async open(
    { model, weightsFolder }: GraphInput,
    threads: number,
    cacheShape: CacheShape,
    vocabSize: number,
  ): Promise<PlainSession> {
    setRuntimeEnvironment();
    const ort = await import('onnxruntime-node');
    const options: InferenceSession.SessionOptions = {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      enableCpuMemArena: false,
      enableMemPattern: false,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      ...(weightsFolder !== undefined && {
        extra: { session: { model_external_initializers_file_folder_path: weightsFolder } },
      }),
    };
    const { create } = ort.InferenceSession;
    const session = await (typeof model === 'string' ? create(model, options) : create(model, options));
    return new PlainSession(session, ort.Tensor, cacheShape, vocabSize);
  }

  async forward(cache: KvCache, ids: readonly number[], rows: LogitRows, signal?: AbortSignal): Promise<Float32Array> {
    signal?.throwIfAborted();
    checkPass(cache, ids, this.vocabSize);
    const { batch } = cache;
    const sequence = ids.length / batch;
    const inputs = createInputs(batch, sequence, rowCount(rows, batch, sequence));
    fillInputs(inputs, cache, ids, rows);
    const { tensor: T } = this;
    const feeds: Record<string, Tensor> = {
      input_ids: new T('int64', inputs.inputIds, [batch, sequence]),
      position_ids: new T('int64', inputs.positionIds, [batch, sequence]),
      logit_rows: new T('int64', inputs.logitRows, [inputs.rows]),
      seqlens_k: new T('int32', inputs.seqlensK, [batch]),
      total_len: new T('int32', inputs.totalLen, []),
    };
    const names = cache.tensors.map((_, index) => `${index >> 1}.${index % 2 === 0 ? 'k' : 'v'}`);
    names.forEach((name, index) => (feeds[`past.${name}`] = new T('float32', cache.tensors[index]!, cache.dims)));
    const outputs = await this.session.run(feeds);
    cache.adopt(names.map((name) => outputs[`present.${name}`]!.data as Float32Array));
    cache.advance(sequence);
    return outputs['logits']!.data as Float32Array;
  }

  releaseCache(): void {
    // The cache is the only owner of its memory here.
  }

  async dispose(): Promise<void> {
    await this.session.release();
  }
}

import { checkPass, createInputs, fillInputs, rowCount, type GraphInputs } from './inputs';
import type { KvCache } from './kvCache';
import type { OrtNative, OrtNativeSession, Pointer } from './ortNative';
import { Aborted, throwIfAborted, type CacheShape, type LogitRows, type ModelSession } from './session';

/**
 * How long a run may go on after its request was cancelled, milliseconds. A run that ends within it
 * leaves its tokens in the cache, where the next request, one keystroke later, finds them.
 */
const CANCEL_GRACE_MS = 60;

/** What is bound for one cache: its tensors, the small inputs and the logits of the last shape. */
interface Bound {
  binding: Pointer;
  epoch: number;
  cacheTensors: Pointer[];
  inputs: GraphInputs | null;
  logits: Float32Array;
  smallTensors: Pointer[];
}

/**
 * Runs the graph through the C API with `past` and `present` bound to the same memory: the attention
 * kernel appends in place and nothing is copied, whatever the capacity of the cache.
 */
export class NativeSession implements ModelSession {
  readonly backend = 'native';
  private readonly bounds = new Map<KvCache, Bound>();
  private running: Promise<unknown> = Promise.resolve();
  private disposed = false;

  constructor(
    private readonly ort: OrtNative,
    private readonly session: OrtNativeSession,
    readonly cacheShape: CacheShape,
    readonly vocabSize: number,
  ) {}

  async forward(
    cache: KvCache, ids: readonly number[], rows: LogitRows, signal?: AbortSignal,
  ): Promise<Float32Array> {
    throwIfAborted(signal);
    if (this.disposed) throw new Error('The model was unloaded.');
    checkPass(cache, ids, this.vocabSize);
    const sequence = ids.length / cache.batch;
    const bound = this.bind(cache, sequence, rowCount(rows, cache.batch, sequence));
    fillInputs(bound.inputs!, cache, ids, rows);
    await this.run(bound.binding, signal);
    cache.length += sequence;
    return bound.logits;
  }

  releaseCache(cache: KvCache): void {
    const bound = this.bounds.get(cache);
    if (!bound) return;
    this.bounds.delete(cache);
    this.session.releaseBinding(bound.binding);
    for (const tensor of [...bound.cacheTensors, ...bound.smallTensors]) this.ort.releaseTensor(tensor);
  }

  /** Frees the network but not the runtime, which the next session may use. */
  async close(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    this.session.terminate();
    await this.running.catch(() => undefined);
    for (const cache of [...this.bounds.keys()]) this.releaseCache(cache);
    this.session.dispose();
  }

  async dispose(): Promise<void> {
    if (this.disposed) return;
    await this.close();
    this.ort.dispose();
  }

  private async run(binding: Pointer, signal: AbortSignal | undefined): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let terminated = false;
    const onAbort = (): void => {
      timer = setTimeout(() => {
        terminated = true;
        this.session.terminate();
      }, CANCEL_GRACE_MS);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const run = this.session.run(binding);
    this.running = run;
    try {
      await run;
    } catch (error) {
      if (terminated || this.disposed) throw new Aborted();
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private bind(cache: KvCache, sequence: number, rows: number): Bound {
    let bound = this.bounds.get(cache);
    if (!bound) {
      const binding = this.session.createBinding();
      bound = {
        binding, epoch: -1, cacheTensors: [], inputs: null, logits: new Float32Array(0), smallTensors: [],
      };
      this.bounds.set(cache, bound);
    }
    if (bound.epoch !== cache.epoch) this.bindCache(bound, cache);
    const { inputs } = bound;
    if (inputs === null || inputs.sequence !== sequence || inputs.rows !== rows) {
      this.bindSmall(bound, cache.batch, sequence, rows);
    }
    return bound;
  }

  private bindCache(bound: Bound, cache: KvCache): void {
    const old = bound.cacheTensors;
    bound.cacheTensors = cache.tensors.map((data) => this.ort.createTensor(data, cache.dims));
    bound.cacheTensors.forEach((tensor, index) => {
      const name = `${index >> 1}.${index % 2 === 0 ? 'k' : 'v'}`;
      this.session.bindInput(bound.binding, `past.${name}`, tensor);
      this.session.bindOutput(bound.binding, `present.${name}`, tensor);
    });
    for (const tensor of old) this.ort.releaseTensor(tensor);
    bound.epoch = cache.epoch;
  }

  private bindSmall(bound: Bound, batch: number, sequence: number, rows: number): void {
    const old = bound.smallTensors;
    const inputs = createInputs(batch, sequence, rows);
    const logits = new Float32Array(new ArrayBuffer(rows * this.vocabSize * 4));
    const tensors: Record<string, Pointer> = {
      input_ids: this.ort.createTensor(inputs.inputIds, [batch, sequence]),
      position_ids: this.ort.createTensor(inputs.positionIds, [batch, sequence]),
      logit_rows: this.ort.createTensor(inputs.logitRows, [rows]),
      seqlens_k: this.ort.createTensor(inputs.seqlensK, [batch]),
      total_len: this.ort.createTensor(inputs.totalLen, []),
    };
    for (const [name, tensor] of Object.entries(tensors)) this.session.bindInput(bound.binding, name, tensor);
    const logitsTensor = this.ort.createTensor(logits, [rows, this.vocabSize]);
    this.session.bindOutput(bound.binding, 'logits', logitsTensor);
    bound.inputs = inputs;
    bound.logits = logits;
    bound.smallTensors = [...Object.values(tensors), logitsTensor];
    for (const tensor of old) this.ort.releaseTensor(tensor);
  }
}

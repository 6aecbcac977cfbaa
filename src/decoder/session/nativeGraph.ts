import { createInputs, fillInputs, rowCount, type GraphInputs } from './inputs';
import type { KvCache } from './kvCache';
import type { OrtNative, OrtNativeSession, Pointer } from './ortNative';
import type { LogitRows } from './session';

/**
 * How long a run may go on after its request was cancelled, milliseconds. A run that ends within it
 * leaves its tokens in the cache, where the next request, one keystroke later, finds them.
 */
const CANCEL_GRACE_MS = 60;

/**
 * Passes over at most so many tokens stay bound, each shape by itself: those of decoding and of checking
 * guesses alternate, and binding anew costs as much as a fifth of a small model's pass.
 */
const KEPT_SEQUENCE = 16;

/** What is bound for one shape of a pass over one cache: the small inputs and the logits. */
interface BoundPass {
  binding: Pointer;
  inputs: GraphInputs;
  logits: Float32Array;
  smallTensors: Pointer[];
}

/** What is bound for one cache: its tensors, and the passes over it by their shape. */
interface BoundCache {
  epoch: number;
  tensors: Pointer[];
  passes: Map<string, BoundPass>;
}

/**
 * A graph loaded through the C API, with `past` and `present` bound to the same memory: the attention
 * kernel appends in place and nothing is copied, whatever the capacity of the cache.
 */
export class NativeGraph {
  private readonly bounds = new Map<KvCache, BoundCache>();
  private running: Promise<unknown> = Promise.resolve();
  private readonly closing = new AbortController();

  /** @param vocabSize width of the logits */
  constructor(
    private readonly ort: OrtNative,
    private readonly session: OrtNativeSession,
    private readonly vocabSize: number,
  ) {}

  /**
   * One checked pass over `ids` behind `cache.length`, which then grows.
   * @returns the logits [R, vocab], valid until the next pass
   * @throws the signal's reason when that fires and the run does not end by itself soon after; an `AbortError` when the
   * graph is closed
   */
  async run(cache: KvCache, ids: readonly number[], rows: LogitRows, signal?: AbortSignal): Promise<Float32Array> {
    const sequence = ids.length / cache.batch;
    const bound = this.bind(cache, sequence, rowCount(rows, cache.batch, sequence));
    fillInputs(bound.inputs, cache, ids, rows);
    await this.runBound(bound.binding, signal);
    cache.advance(sequence);
    return bound.logits;
  }

  releaseCache(cache: KvCache): void {
    const bound = this.bounds.get(cache);
    if (!bound) return;
    this.bounds.delete(cache);
    for (const pass of bound.passes.values()) this.releasePass(pass);
    for (const tensor of bound.tensors) this.ort.releaseTensor(tensor);
  }

  /** Ends a run in progress and frees the graph. */
  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    this.session.terminate();
    await this.running.catch(() => undefined);
    for (const cache of [...this.bounds.keys()]) this.releaseCache(cache);
    this.session.dispose();
  }

  private async runBound(binding: Pointer, signal: AbortSignal | undefined): Promise<void> {
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
      if (terminated) signal!.throwIfAborted();
      this.closing.signal.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private bind(cache: KvCache, sequence: number, rows: number): BoundPass {
    if (this.bounds.get(cache)?.epoch !== cache.epoch) this.bindCache(cache);
    const { tensors, passes } = this.bounds.get(cache)!;
    // Longer ones are parts of prompts, of any length: the next takes the last one's place.
    const key = sequence <= KEPT_SEQUENCE ? `${sequence}/${rows}` : 'long';
    const bound = passes.get(key);
    if (bound !== undefined) {
      if (bound.inputs.sequence === sequence && bound.inputs.rows === rows) return bound;
      passes.delete(key);
      this.releasePass(bound);
    }
    const pass = this.bindPass(tensors, cache.batch, sequence, rows);
    passes.set(key, pass);
    return pass;
  }

  private bindCache(cache: KvCache): void {
    this.releaseCache(cache);
    const tensors = cache.tensors.map((data) => this.ort.createTensor(data, cache.dims));
    this.bounds.set(cache, { epoch: cache.epoch, tensors, passes: new Map() });
  }

  private bindPass(cacheTensors: readonly Pointer[], batch: number, sequence: number, rows: number): BoundPass {
    const { ort, session, vocabSize } = this;
    const binding = session.createBinding();
    cacheTensors.forEach((tensor, index) => {
      const name = `${index >> 1}.${index % 2 === 0 ? 'k' : 'v'}`;
      session.bindInput(binding, `past.${name}`, tensor);
      session.bindOutput(binding, `present.${name}`, tensor);
    });
    const inputs = createInputs(batch, sequence, rows);
    const logits = new Float32Array(new ArrayBuffer(rows * vocabSize * 4));
    const smallTensors: Pointer[] = [];
    const bindInput = (name: string, data: Int32Array | BigInt64Array, dims: readonly number[]): void => {
      const tensor = ort.createTensor(data, dims);
      smallTensors.push(tensor);
      session.bindInput(binding, name, tensor);
    };
    bindInput('input_ids', inputs.inputIds, [batch, sequence]);
    bindInput('position_ids', inputs.positionIds, [batch, sequence]);
    bindInput('seqlens_k', inputs.seqlensK, [batch]);
    bindInput('total_len', inputs.totalLen, []);
    bindInput('logit_rows', inputs.logitRows, [rows]);
    const logitsTensor = ort.createTensor(logits, [rows, vocabSize]);
    smallTensors.push(logitsTensor);
    session.bindOutput(binding, 'logits', logitsTensor);
    return { binding, inputs, logits, smallTensors };
  }

  private releasePass({ binding, smallTensors }: BoundPass): void {
    this.session.releaseBinding(binding);
    for (const tensor of smallTensors) this.ort.releaseTensor(tensor);
  }
}

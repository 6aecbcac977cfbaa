import type { BeamBatch, Prefill, ResidentModel } from '../../../src/decoder/generation/languageModel';
import type { KneserNey } from './kneserNey';

/** An n-gram model in place of the network, so that all the rest of the product runs over it. */
export class KneserNeyModel implements ResidentModel {
  private ids: number[] = [];

  constructor(
    private readonly ngrams: KneserNey,
    readonly maxPositions: number,
  ) {}

  get vocabSize(): number {
    return this.ngrams.vocabSize;
  }

  get cachedTokens(): number {
    return this.ids.length;
  }

  async prefill(ids: readonly number[], signal?: AbortSignal): Promise<Prefill> {
    signal?.throwIfAborted();
    this.ids = [...ids];
    return { logits: this.logits(this.ids), reusedTokens: 0, computedTokens: ids.length };
  }

  async step(id: number, signal?: AbortSignal): Promise<Float32Array> {
    signal?.throwIfAborted();
    this.ids.push(id);
    return this.logits(this.ids);
  }

  fork(beams: number): BeamBatch {
    let texts = new Array<number[]>(beams).fill(this.ids);
    return {
      step: async (parents, ids, signal) => {
        signal?.throwIfAborted();
        texts = parents.map((parent, beam) => [...texts[parent]!, ids[beam]!]);
        const rows = new Float32Array(texts.length * this.vocabSize);
        texts.forEach((text, beam) => rows.set(this.logits(text), beam * this.vocabSize));
        return rows;
      },
      dispose: () => undefined,
    };
  }

  /** ln P(ids[i + 1] | ids[0 … i]) for every i ≥ `from`. */
  async logLikelihoods(ids: readonly number[], from = 0): Promise<Float64Array> {
    const { contextLength } = this.ngrams;
    return Float64Array.from(ids.slice(from + 1), (id, index) => {
      const end = from + index + 1;
      const context = ids.slice(Math.max(0, end - contextLength), end);
      return Math.log(this.ngrams.probability(context, id));
    });
  }

  async dispose(): Promise<void> {}

  private logits(ids: readonly number[]): Float32Array {
    const logits = new Float32Array(this.vocabSize);
    this.ngrams.distribution(ids, logits);
    return logits.map(Math.log);
  }
}

import type { BeamBatch, Prefill, ResidentModel } from '../../src/decoder/generation/languageModel';
import type { BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';

/** What is added to the logits of whole words and of the full stop; those of untrained networks differ by less than one. */
const WORD = 2;
const STOP = 4.5;

/**
 * A network without training ends no sentence by itself: the full stop is one of tens of thousands of equally likely tokens.
 * With whole words and the full stop made likelier it writes sentences, of any words whatever, for rules to judge.
 */
export class NudgedModel implements ResidentModel {
  private readonly boost: Float32Array;
  private logits: Float32Array;

  constructor(
    private readonly model: ResidentModel,
    tokenizer: BioGptTokenizer,
  ) {
    this.boost = Float32Array.from({ length: model.vocabSize }, (_, id) => {
      const symbol = tokenizer.hasSymbol(id) ? tokenizer.idToSymbol(id) : '';
      return symbol === '.</w>' ? STOP : /^\p{Ll}+<\/w>$/u.test(symbol) ? WORD : 0;
    });
    this.logits = new Float32Array(model.vocabSize);
  }

  get vocabSize(): number {
    return this.model.vocabSize;
  }

  get maxPositions(): number {
    return this.model.maxPositions;
  }

  get cachedTokens(): number {
    return this.model.cachedTokens;
  }

  async prefill(ids: readonly number[], signal?: AbortSignal): Promise<Prefill> {
    const read = await this.model.prefill(ids, signal);
    return { ...read, logits: this.nudged(read.logits) };
  }

  async step(id: number, signal?: AbortSignal): Promise<Float32Array> {
    return this.nudged(await this.model.step(id, signal));
  }

  fork(beams: number, newTokens: number): BeamBatch {
    const batch = this.model.fork(beams, newTokens);
    return {
      step: async (parents, ids, signal) => this.nudged(await batch.step(parents, ids, signal)),
      dispose: () => batch.dispose(),
    };
  }

  dispose(): Promise<void> {
    return this.model.dispose();
  }

  /** @param logits row-major [texts, vocab] */
  private nudged(logits: Float32Array): Float32Array {
    if (this.logits.length !== logits.length) this.logits = new Float32Array(logits.length);
    for (let at = 0; at < logits.length; at++) this.logits[at] = logits[at]! + this.boost[at % this.boost.length]!;
    return this.logits;
  }
}

import type { BeamBatch, LanguageModel, Prefill } from '../../../../src/decoder/generation/languageModel';

/** A language model that is a table: the next token depends on the last one alone. */
export class BigramModel implements LanguageModel {
  readonly maxPositions = 64;
  private last = -1;
  /** Calls so far, to see what a search costs. */
  steps = 0;

  /** @param logits [vocab][vocab], row by last token. */
  constructor(private readonly logits: readonly (readonly number[])[]) {}

  get vocabSize(): number {
    return this.logits.length;
  }

  async prefill(ids: readonly number[]): Promise<Prefill> {
    this.last = ids[ids.length - 1]!;
    return { logits: this.row(this.last), reusedTokens: 0, computedTokens: ids.length };
  }

  async step(id: number): Promise<Float32Array> {
    this.steps++;
    this.last = id;
    return this.row(id);
  }

  fork(beams: number): BeamBatch {
    let lasts: number[] = new Array<number>(beams).fill(this.last);
    return {
      step: async (parents, ids) => {
        this.steps++;
        lasts = parents.map((_, i) => ids[i]!);
        const rows = new Float32Array(beams * this.vocabSize);
        lasts.forEach((id, i) => rows.set(this.row(id), i * this.vocabSize));
        return rows;
      },
      dispose: () => undefined,
    };
  }

  /** Log-probability of `next` after `last`. */
  logProbability(last: number, next: number): number {
    const row = this.logits[last]!;
    return row[next]! - Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
  }

  private row(last: number): Float32Array {
    return Float32Array.from(this.logits[last]!);
  }
}

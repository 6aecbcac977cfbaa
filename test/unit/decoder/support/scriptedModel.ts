import assert from 'node:assert/strict';
import type { BeamBatch, Prefill, SpeculativeModel } from '../../../../src/decoder/generation/languageModel';

/** A language model that is a function of the whole text; keeps its sequence as strictly as a KV cache. */
export class ScriptedModel implements SpeculativeModel {
  readonly maxPositions = 200;
  /** Tokens read by each pass behind the prompt. */
  readonly passes: number[][] = [];
  /** The current sequence. */
  ids: number[] = [];
  /** Called before each pass, which fails as a cancelled one if the signal has fired by then. */
  onPass: () => void = () => undefined;
  private given: Float32Array[] = [];

  constructor(
    readonly vocabSize: number,
    private readonly logitsOf: (text: readonly number[]) => number[],
  ) {}

  async prefill(ids: readonly number[]): Promise<Prefill> {
    this.ids = [...ids];
    return { logits: this.rows([this.ids]), reusedTokens: 0, computedTokens: ids.length };
  }

  async step(id: number, signal?: AbortSignal): Promise<Float32Array> {
    return this.read([id], signal);
  }

  async verify(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    assert.ok(ids.length > 1, 'one token is a step');
    return this.read(ids, signal);
  }

  takeBack(count: number): void {
    assert.ok(count >= 0 && count <= this.ids.length, `${count} of ${this.ids.length} tokens taken back`);
    this.ids.length -= count;
  }

  fork(): BeamBatch {
    return assert.fail('no beams here');
  }

  private async read(ids: readonly number[], signal: AbortSignal | undefined): Promise<Float32Array> {
    signal?.throwIfAborted();
    await Promise.resolve();
    this.onPass();
    signal?.throwIfAborted();
    assert.ok(this.ids.length + ids.length <= this.maxPositions);
    const before = this.ids;
    this.ids = [...before, ...ids];
    this.passes.push([...ids]);
    return this.rows(ids.map((_, i) => this.ids.slice(0, before.length + i + 1)));
  }

  private rows(texts: readonly number[][]): Float32Array {
    // Logits are valid until the next call.
    for (const old of this.given) old.fill(NaN);
    const rows = Float32Array.from(texts.flatMap((text) => this.logitsOf(text)));
    this.given = [rows];
    return rows;
  }
}

import * as ort from 'onnxruntime-node';
import type { ModelFolder } from '../../../../src/modelFolder/modelFolder';

/** A written model under onnxruntime-node, with a KV cache: the graph's contract, spelt out. */
export class GraphRunner {
  private cache: Record<string, ort.Tensor> = {};
  private past = 0;

  private constructor(
    private readonly session: ort.InferenceSession,
    private readonly folder: ModelFolder,
    private readonly capacity: number,
  ) {
    this.reset();
  }

  static async open(
    folder: ModelFolder,
    capacity = folder.description.architecture.maxPositions,
  ): Promise<GraphRunner> {
    const session = await ort.InferenceSession.create(folder.paths.graph, {
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    return new GraphRunner(session, folder, capacity);
  }

  /** An empty cache for one sequence. */
  reset(): void {
    const { layers, heads, hiddenSize } = this.folder.description.architecture;
    const shape = [1, heads, this.capacity, hiddenSize / heads];
    const size = shape.reduce((a, b) => a * b);
    this.past = 0;
    this.cache = {};
    for (let layer = 0; layer < layers; layer++) {
      for (const which of ['k', 'v']) {
        // Not zeros: what lies beyond the past must not be read.
        this.cache[`past.${layer}.${which}`] = new ort.Tensor('float32', new Float32Array(size).fill(1000), shape);
      }
    }
  }

  /** Copies the cache of the one sequence to `batch` sequences. */
  replicate(batch: number): void {
    for (const [name, tensor] of Object.entries(this.cache)) {
      const data = tensor.data as Float32Array;
      const copies = new Float32Array(batch * data.length);
      for (let i = 0; i < batch; i++) copies.set(data, i * data.length);
      this.cache[name] = new ort.Tensor('float32', copies, [batch, ...tensor.dims.slice(1)]);
    }
  }

  /**
   * Computes the next tokens of each sequence.
   * @param rows of the flattened tokens whose logits are wanted; default: all
   * @returns a row of logits per wanted row
   */
  async step(sequences: number[][], rows = sequences.flat().map((_, i) => i)): Promise<number[][]> {
    const [batch, length] = [sequences.length, sequences[0]!.length];
    const int64 = (values: number[], dims: number[]): ort.Tensor =>
      new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    const outputs = await this.session.run({
      ...this.cache,
      input_ids: int64(sequences.flat(), [batch, length]),
      position_ids: int64(
        sequences.flatMap((ids) => ids.map((_, i) => this.past + i)),
        [batch, length],
      ),
      logit_rows: int64(rows, [rows.length]),
      seqlens_k: new ort.Tensor('int32', new Int32Array(batch).fill(this.past + length - 1), [batch]),
      total_len: new ort.Tensor('int32', Int32Array.of(this.past + length), []),
    });
    for (const name of Object.keys(this.cache)) this.cache[name] = outputs[name.replace('past', 'present')]!;
    this.past += length;
    const logits = outputs.logits!;
    const [count, vocabulary] = logits.dims as [number, number];
    return Array.from({ length: count }, (_, row) => [
      ...(logits.data as Float32Array).subarray(row * vocabulary, (row + 1) * vocabulary),
    ]);
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

import type { Precision } from '../../modelFolder/format';
import type { GraphBuilder } from './graphBuilder';

/** A weight matrix on its way from the checkpoint into the graph, in float32. */
export interface MatrixSource {
  /** For messages: the name in the checkpoint. */
  label: string;
  rows: number;
  columns: number;
  /** Row-major values in chunks of any length; a chunk is valid until the next is asked for. */
  chunks(): AsyncIterable<Float32Array>;
}

/** A stored [rows, columns] table whose rows are picked. */
export interface Lookup {
  /** Adds nodes that pick rows: int64 indices [...] → float32 [..., columns]. */
  gather(name: string, indices: string): string;
}

/** A stored [rows, columns] table and the nodes that use it. */
export interface Table extends Lookup {
  /** Adds nodes for x·tableᵀ: float32 [n, columns] → [n, rows]. */
  project(name: string, x: string, output: string): string;
}

/**
 * How all weights are stored and multiplied with: the strategy behind a model's precision. Activations
 * are float32 in all of them; vectors (biases, norms) stay float32 in the graph.
 */
export interface WeightFormat {
  readonly precision: Precision;

  /**
   * Writes a linear layer's weight and adds the nodes for x·Wᵀ: float32 [..., columns] → [..., rows].
   * @param weights one or more [rows, columns] matrices of equal columns (`nn.Linear`'s [out, in]),
   *   computed as one with their rows one below the other
   * @param lowest a negative number that no value of x is below, where one is known
   * @returns the product's name, `${name}.out`
   */
  linear(
    graph: GraphBuilder,
    name: string,
    x: string,
    weights: readonly MatrixSource[],
    lowest?: number,
  ): Promise<string>;

  /** Writes a table of embeddings that is the LM head as well, or an LM head of its own. */
  table(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Table>;

  /** Writes a table of which rows are picked, no more. */
  lookup(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Lookup>;
}

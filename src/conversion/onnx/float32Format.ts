import type { GraphBuilder } from './graphBuilder';
import { ElementType } from './schema';
import { transposed } from './transpose';
import type { Lookup, MatrixSource, Table, WeightFormat } from './weightFormat';

/** Weights as float32: the network exactly as trained. */
export class Float32Format implements WeightFormat {
  readonly precision = 'fp32';

  async linear(graph: GraphBuilder, name: string, x: string, weights: readonly MatrixSource[]): Promise<string> {
    const matrix = await transposed(weights);
    const columns = weights[0]!.columns;
    const weight = await graph.external(
      `${name}.weight`,
      ElementType.float32,
      [columns, matrix.length / columns],
      [matrix],
    );
    return graph.node('MatMul', [x, weight], [`${name}.out`]);
  }

  /**
   * The table is stored once, for embedding and LM head: `project` is a `Gemm` that reads it
   * transposed. A transposed copy for `MatMul` would cost 174 MB of disk for BioGPT and is not faster
   * (42,384 × 1024 and one row: 0.84 of `MatMul`'s time on one thread, 1.03 on two, within the noise).
   */
  async table(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Table> {
    const { rows, columns } = source;
    const table = await graph.external(name, ElementType.float32, [rows, columns], source.chunks());
    return {
      gather: (node, indices) => graph.node('Gather', [table, indices], [node], { axis: 0 }),
      project: (_node, x, output) => graph.node('Gemm', [x, table], [output], { transB: 1 }),
    };
  }

  lookup(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Lookup> {
    return this.table(graph, name, source);
  }
}

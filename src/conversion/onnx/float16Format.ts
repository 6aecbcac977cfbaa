import { toFloat16 } from '../checkpoint/elements';
import { ModelError } from '../../modelFolder/modelError';
import type { GraphBuilder } from './graphBuilder';
import { ElementType } from './schema';
import { transposed } from './transpose';
import type { Lookup, MatrixSource, Table, WeightFormat } from './weightFormat';
import { phrase } from '../../modelFolder/phrase';

/**
 * Matrices stored as float16, half the size on disk, and computed with as float32: the runtime folds
 * the `Cast`s when it loads the graph. Embedding rows are cast as they are picked, so that the
 * float16 table is what stays in memory for them.
 * In memory and per token such a model costs what fp32 does; loading takes about twice as long.
 */
export class Float16Format implements WeightFormat {
  readonly precision = 'fp16';

  /** @param path the checkpoint, for messages */
  constructor(private readonly path: string) {}

  async linear(graph: GraphBuilder, name: string, x: string, weights: readonly MatrixSource[]): Promise<string> {
    const matrix = await transposed(weights);
    const columns = weights[0]!.columns;
    const halves = this.toHalves(weights.map(({ label }) => label).join(', '), matrix);
    const dims = [columns, matrix.length / columns];
    const weight = await graph.external(`${name}.weight`, ElementType.float16, dims, [halves]);
    return graph.node('MatMul', [x, castToFloat32(graph, weight)], [`${name}.out`]);
  }

  async table(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Table> {
    const { rows, columns } = source;
    const table = await graph.external(name, ElementType.float16, [rows, columns], this.halfChunks(source));
    return {
      gather: (node, indices) => {
        const picked = graph.node('Gather', [table, indices], [`${node}.float16`], { axis: 0 });
        return graph.node('Cast', [picked], [node], { to: ElementType.float32 });
      },
      project: (_node, x, output) => graph.node('Gemm', [x, castToFloat32(graph, table)], [output], { transB: 1 }),
    };
  }

  lookup(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Lookup> {
    return this.table(graph, name, source);
  }

  private async *halfChunks({ label, chunks }: MatrixSource): AsyncGenerator<Uint16Array> {
    for await (const chunk of chunks()) yield this.toHalves(label, chunk);
  }

  private toHalves(label: string, values: Float32Array): Uint16Array {
    const halves = new Uint16Array(values.length);
    if (!toFloat16(values, halves)) {
      throw new ModelError(
        this.path,
        phrase`weights of "${label}" are larger than half precision (fp16) can hold (65,504).`,
        phrase`Convert with precision fp32 instead.`,
      );
    }
    return halves;
  }
}

function castToFloat32(graph: GraphBuilder, weight: string): string {
  return graph.node('Cast', [weight], [`${weight}.float32`], { to: ElementType.float32 });
}

import { ModelError } from '../../modelFolder/modelError';
import { Float16Format } from './float16Format';
import { type GraphBuilder, MICROSOFT } from './graphBuilder';
import { quantizeRows, type Bits } from './quantize';
import { ElementType } from './schema';
import type { Lookup, MatrixSource, Table, WeightFormat } from './weightFormat';
import { wholeRows } from './wholeRows';
import { phrase } from '../../modelFolder/phrase';

export interface BlockQuantization {
  bits: Bits;
  /** Values that share a scale, a power of two; smaller where a row's length asks for it. */
  blockSize: number;
  /**
   * `MatMulNBits`' accuracy_level: 4 computes with activations rounded to 8 bits per block, which uses the
   * processor's integer units; 1 with float32 activations.
   */
  accuracyLevel: 1 | 4;
}

/** The smallest block that ONNX Runtime's kernels take. */
const SMALLEST_BLOCK = 16;

interface Stored {
  /** uint8 codes, [rows, blocks, blockSize · bits / 8] */
  codes: string;
  /** float32, [rows · blocks] */
  scales: string;
  rows: number;
  columns: number;
  blockSize: number;
}

/**
 * Matrices stored as 8- or 4-bit integers with a float32 scale per block of a row, multiplied with by
 * ONNX Runtime's `MatMulNBits` (com.microsoft). The embedding is stored once: `GatherBlockQuantized`
 * picks its rows, `MatMulNBits` is the LM head. Positions are float16, vectors float32.
 */
export class BlockQuantizedFormat implements WeightFormat {
  readonly precision: 'int8' | 'int4';

  /** @param path the checkpoint, for messages */
  constructor(
    private readonly path: string,
    private readonly quantization: BlockQuantization,
  ) {
    this.precision = quantization.bits === 8 ? 'int8' : 'int4';
  }

  async linear(graph: GraphBuilder, name: string, x: string, weights: readonly MatrixSource[]): Promise<string> {
    const stored = await this.store(graph, `${name}.weight`, weights);
    return this.multiply(graph, x, stored, `${name}.out`);
  }

  async table(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Table> {
    const { bits } = this.quantization;
    const stored = await this.store(graph, name, [source]);
    const { rows, columns, blockSize, codes, scales } = stored;
    return {
      gather: (node, indices) => {
        const attributes = { bits, block_size: blockSize, gather_axis: 0, quantize_axis: 1 };
        const rowCodes = graph.externalView(`${codes}.rows`, codes, [rows, (columns * bits) / 8]);
        const rowScales = graph.externalView(`${scales}.rows`, scales, [rows, columns / blockSize]);
        return graph.node('GatherBlockQuantized', [rowCodes, indices, rowScales], [node], attributes, MICROSOFT);
      },
      project: (_node, x, output) => this.multiply(graph, x, stored, output),
    };
  }

  /** In float16: too small a table to gain anything, and read at every token. */
  lookup(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Lookup> {
    return new Float16Format(this.path).lookup(graph, name, source);
  }

  private multiply(graph: GraphBuilder, x: string, stored: Stored, output: string): string {
    const { bits, accuracyLevel } = this.quantization;
    const { codes, scales, rows, columns, blockSize } = stored;
    const attributes = { K: columns, N: rows, bits, block_size: blockSize, accuracy_level: accuracyLevel };
    return graph.node('MatMulNBits', [x, codes, scales], [output], attributes, MICROSOFT);
  }

  /** Quantises matrices of equal columns, their rows one below the other, and streams them out. */
  private async store(graph: GraphBuilder, name: string, weights: readonly MatrixSource[]): Promise<Stored> {
    const { bits } = this.quantization;
    const { columns, label } = weights[0]!;
    const blockSize = this.blockSizeFor(columns, label);
    const rows = weights.reduce((sum, matrix) => sum + matrix.rows, 0);
    const blocks = columns / blockSize;
    const scales = new Float32Array(rows * blocks);
    let filled = 0;
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (const matrix of weights) {
        for await (const values of wholeRows(matrix)) {
          const part = quantizeRows(values, columns, bits, blockSize);
          scales.set(part.scales, filled);
          filled += part.scales.length;
          yield part.codes;
        }
      }
    };
    const codes = await graph.external(name, ElementType.uint8, [rows, blocks, (blockSize * bits) / 8], chunks());
    await graph.external(`${name}.scales`, ElementType.float32, [rows * blocks], [scales]);
    return { codes, scales: `${name}.scales`, rows, columns, blockSize };
  }

  /** The block size, or the largest power of two below it that divides the rows. */
  private blockSizeFor(columns: number, label: string): number {
    let size = this.quantization.blockSize;
    while (columns % size !== 0) size /= 2;
    if (size >= SMALLEST_BLOCK) return size;
    throw new ModelError(
      this.path,
      phrase`the rows of "${label}" have ${columns} values, which cannot be divided evenly into blocks of ${SMALLEST_BLOCK} or more.`,
      phrase`Use the precision fp16 or fp32 for this model.`,
    );
  }
}

// Writes src/decoder/session/checkGraph.ts, the tiny network by which the decoder checks its way into the runtime:
//
//   node node_modules/tsx/dist/cli.mjs scripts/makeCheckGraph.ts
//
// A unit test compares that file with what the product's own writer of graphs writes now.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { addBioGpt } from '../src/conversion/onnx/bioGptGraph';
import { Float32Format } from '../src/conversion/onnx/float32Format';
import { GraphBuilder } from '../src/conversion/onnx/graphBuilder';
import type { ElementType } from '../src/conversion/onnx/schema';
import { createRandom } from '../src/decoder/generation/random';
import type { Architecture } from '../src/modelFolder/format';

/** Every kind of node that a model has, at toy size. */
export const CHECK_ARCHITECTURE: Architecture = {
  hiddenSize: 32,
  layers: 1,
  heads: 2,
  ffnSize: 64,
  maxPositions: 16,
  vocabSize: 48,
  scaleEmbedding: true,
};
/** Weights are multiples of this up to the other, those of norms around 1: random enough, and they compress well. */
const WEIGHT = { step: 1 / 16, most: 0.5 };
const LINE = 110;

/** Keeps matrices in the graph itself: it is all there is. */
class WholeGraphBuilder extends GraphBuilder {
  constructor(name: string) {
    super(name, undefined as never);
  }

  override async external(
    name: string,
    type: ElementType,
    dims: readonly number[],
    chunks: AsyncIterable<ArrayBufferView> | Iterable<ArrayBufferView>,
  ): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const { buffer, byteOffset, byteLength } of chunks) {
      parts.push(new Uint8Array(buffer, byteOffset, byteLength).slice());
    }
    return this.constant(name, type, dims, Buffer.concat(parts));
  }
}

/** The network as an ONNX file with its weights inside, by the writer of real models. */
export async function writeCheckGraph(): Promise<Uint8Array> {
  const { hiddenSize, ffnSize, vocabSize, maxPositions } = CHECK_ARCHITECTURE;
  const random = createRandom(20220919);
  const values = (length: number): Float32Array =>
    Float32Array.from({ length }, () => Math.round(((2 * random() - 1) * WEIGHT.most) / WEIGHT.step) * WEIGHT.step);
  const rowsOf = (name: string): number => {
    if (name.startsWith('embed_tokens')) return vocabSize;
    if (name.startsWith('embed_positions')) return maxPositions + 2;
    return name.includes('fc1') ? ffnSize : hiddenSize;
  };
  const builder = new WholeGraphBuilder('check');
  await addBioGpt(builder, CHECK_ARCHITECTURE, new Float32Format(), {
    vector: async (name) => {
      const around0 = values(name.includes('fc1') ? ffnSize : hiddenSize);
      return name.endsWith('layer_norm.weight') ? around0.map((value) => 1 + value) : around0;
    },
    matrix: (name, firstRow = 0) => {
      const rows = rowsOf(name) - firstRow;
      const columns = name.includes('fc2') ? ffnSize : hiddenSize;
      return {
        label: name,
        rows,
        columns,
        chunks: async function* () {
          yield values(rows * columns);
        },
      };
    },
    untiedHead: undefined,
  });
  return builder.encode();
}

/** The source file that carries a graph. */
export function sourceOf(graph: Uint8Array): string {
  const text = deflateRawSync(graph, { level: 9 }).toString('base64');
  const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g'))!;
  return `// Written by scripts/makeCheckGraph.ts.
import { inflateRawSync } from 'node:zlib';
import type { CacheShape } from './kvCache';

/** Shape of the check graph's KV cache, and its vocabulary. */
export const CHECK_SHAPE: CacheShape = ${shapeOf(CHECK_ARCHITECTURE)};
export const CHECK_VOCABULARY = ${CHECK_ARCHITECTURE.vocabSize};

/** A tiny network with random weights as an ONNX file, by the writer of real models. */
export function checkGraph(): Uint8Array {
  return inflateRawSync(Buffer.from(DEFLATED.join(''), 'base64'));
}

const DEFLATED = [
${lines.map((line) => `  '${line}',`).join('\n')}
];
`;
}

function shapeOf({ layers, heads, hiddenSize, maxPositions }: Architecture): string {
  return `{ layers: ${layers}, heads: ${heads}, headDim: ${hiddenSize / heads}, maxPositions: ${maxPositions} }`;
}

if (require.main === module) {
  void writeCheckGraph().then((graph) => {
    const path = join(__dirname, '..', 'src', 'decoder', 'session', 'checkGraph.ts');
    writeFileSync(path, sourceOf(graph));
    console.log(`${path}: a graph of ${graph.length} bytes`);
  });
}

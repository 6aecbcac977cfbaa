import { BlockQuantizedFormat, type BlockQuantization } from './blockQuantizedFormat';
import { type GraphBuilder, MICROSOFT } from './graphBuilder';
import { quantizeChannels } from './quantizeChannels';
import { ElementType } from './schema';
import type { Lookup, MatrixSource, Table, WeightFormat } from './weightFormat';

/** How the rows of the embedding are stored, of which one is read for each token. */
const EMBEDDING: BlockQuantization = { bits: 8, blockSize: 128, accuracyLevel: 4 };
/** Activations are rounded to −127 … 127, stored around this. */
const ZERO_POINT = 128;
const LEVELS = 127;

/**
 * Matrices as int8 with one scale per output channel, and activations rounded to 8 bits with one scale per
 * token ("vector-wise", Dettmers et al. 2022, section 2.1): whole rows are multiplied in integers, by ONNX
 * Runtime's `MatMulIntegerToFloat`.
 *
 * The sums are integers, so a token's product does not depend on the tokens beside it. (`DynamicQuantizeMatMul`, which is
 * one node instead of six, has one scale for all of a pass.) Attention's sums do, behind a hundred tokens and more, in
 * the last bit; where that turns a rounding, guesses checked in one pass may come out otherwise than token by token.
 * Beside `MatMulNBits`, BioGPT's shape, two Zen 3 cores without VNNI, at a context of 512: one token takes 0.9 of
 * the time, eight take 0.7, and a prompt 0.45.
 *
 * The embedding's rows are stored a second time, in blocks: the LM head is laid out for multiplying, where a
 * token's row is a column. Positions are float16, vectors float32.
 */
export class ChannelQuantizedFormat implements WeightFormat {
  readonly precision = 'int8';
  private readonly rows: BlockQuantizedFormat;

  /** @param path the checkpoint, for messages */
  constructor(path: string) {
    this.rows = new BlockQuantizedFormat(path, EMBEDDING);
  }

  async linear(
    graph: GraphBuilder,
    name: string,
    x: string,
    weights: readonly MatrixSource[],
    lowest?: number,
  ): Promise<string> {
    const largest = lowest === undefined ? largestMagnitude(graph, name, x) : magnitudeBound(graph, name, x, -lowest);
    return multiply(graph, name, { x, largest }, await store(graph, name, weights), `${name}.out`);
  }

  async table(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Table> {
    const { gather } = await this.rows.table(graph, name, source);
    const stored = await store(graph, `${name}.head`, [source]);
    const project = (node: string, x: string, output: string): string =>
      multiply(graph, node, { x, largest: largestMagnitude(graph, node, x) }, stored, output);
    return { gather, project };
  }

  lookup(graph: GraphBuilder, name: string, source: MatrixSource): Promise<Lookup> {
    return this.rows.lookup(graph, name, source);
  }
}

interface Stored {
  /** int8 codes, [columns, channels] */
  codes: string;
  /** float32 scales ÷ `LEVELS`, [channels] */
  scales: string;
}

async function store(graph: GraphBuilder, name: string, weights: readonly MatrixSource[]): Promise<Stored> {
  const { columns } = weights[0]!;
  const { codes, scales } = await quantizeChannels(weights);
  return {
    codes: await graph.external(`${name}.weight`, ElementType.int8, [columns, scales.length], [codes]),
    scales: graph.floatConstant(
      `${name}.weight.scales`,
      [scales.length],
      scales.map((scale) => scale / LEVELS),
    ),
  };
}

/** Adds nodes for the largest magnitude of each token: [..., columns] → [..., 1]. */
function largestMagnitude(graph: GraphBuilder, name: string, x: string): string {
  return largestValue(graph, name, graph.node('Abs', [x], [`${name}.magnitudes`]));
}

/**
 * Adds nodes for a bound of each token's magnitudes, [..., columns] → [..., 1], where no negative value goes beyond
 * `ofNegative`: its largest value, or that. It saves a pass over the values.
 */
function magnitudeBound(graph: GraphBuilder, name: string, x: string, ofNegative: number): string {
  const least = graph.once(`bound_${ofNegative}`, (bound) =>
    graph.floatConstant(bound, [], Float32Array.of(ofNegative)),
  );
  return graph.node('Max', [largestValue(graph, name, x), least], [`${name}.bound`]);
}

function largestValue(graph: GraphBuilder, name: string, x: string): string {
  return graph.node('ReduceMax', [x, constants(graph).lastAxis], [`${name}.largest`], { keepdims: 1 });
}

/**
 * Adds nodes for x·W: each token is divided by its largest magnitude, or a bound of it, rounded, multiplied, and
 * multiplied by that magnitude again. Of a token of zeros the division makes NaN and the rounding some number; times zero it is zero.
 */
function multiply(
  graph: GraphBuilder,
  name: string,
  { x, largest }: { x: string; largest: string },
  { codes, scales }: Stored,
  output: string,
): string {
  const { one, step, zeroPoint } = constants(graph);
  const shares = graph.node('Div', [x, largest], [`${name}.shares`]);
  const rounded = graph.node('QuantizeLinear', [shares, step, zeroPoint], [`${name}.codes`]);
  const product = graph.node(
    'MatMulIntegerToFloat',
    [rounded, codes, one, scales, zeroPoint],
    [`${name}.product`],
    {},
    MICROSOFT,
  );
  return graph.node('Mul', [product, largest], [output]);
}

interface Constants {
  one: string;
  /** Of the codes of shares, −1 to 1. */
  step: string;
  zeroPoint: string;
  lastAxis: string;
}

/** The constants all layers use, written once per graph. */
function constants(graph: GraphBuilder): Constants {
  const scalar = (name: string, value: number): string =>
    graph.once(name, () => graph.floatConstant(name, [], Float32Array.of(value)));
  return {
    one: scalar('one', 1),
    step: scalar('step', 1 / LEVELS),
    zeroPoint: graph.once('zero_point', (name) =>
      graph.constant(name, ElementType.uint8, [], Uint8Array.of(ZERO_POINT)),
    ),
    lastAxis: graph.once('last_axis', (name) => graph.int64Constant(name, [1], [-1])),
  };
}

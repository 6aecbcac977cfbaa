import { type GraphBuilder, MICROSOFT } from './graphBuilder';
import { ElementType } from './schema';
import { transposed } from './transpose';
import type { LinearFormat, MatrixSource } from './weightFormat';

/** Activations are rounded to −127 … 127, stored around this. */
const ZERO_POINT = 128;
const LEVELS = 127;
/** Keeps a token of zeros from dividing by zero. */
const LEAST_SCALE = 1e-30;

/**
 * Linear layers with int8 weights, one scale per output channel, and activations rounded to 8 bits with
 * one scale per token ("vector-wise", Dettmers et al. 2022, section 2.1): whole rows are multiplied in
 * integers by ONNX Runtime's `MatMulIntegerToFloat`, which with many tokens is faster than `MatMulNBits`
 * and with one slower. A token's result does not depend on the tokens beside it, as it would with
 * `DynamicQuantizeMatMul`, whose activations share one scale.
 */
export class ChannelQuantizedFormat implements LinearFormat {
  async linear(graph: GraphBuilder, name: string, x: string, weights: readonly MatrixSource[]): Promise<string> {
    const { codes, scales, columns } = quantizeChannels(await transposed(weights), weights[0]!.columns);
    const weight = await graph.external(`${name}.weight`, ElementType.int8, [columns, scales.length], [codes]);
    const weightScales = graph.floatConstant(`${name}.weight.scales`, [scales.length], scales);

    const scale = tokenScale(graph, name, x);
    const { one, zeroPoint } = constants(graph);
    const scaled = graph.node('Div', [x, scale], [`${name}.scaled`]);
    const rounded = graph.node('QuantizeLinear', [scaled, one, zeroPoint], [`${name}.codes`]);
    const product = graph.node(
      'MatMulIntegerToFloat', [rounded, weight, one, weightScales, zeroPoint], [`${name}.product`], {}, MICROSOFT,
    );
    return graph.node('Mul', [product, scale], [`${name}.out`]);
  }
}

/** Adds nodes for a token's largest magnitude ÷ 127: [..., columns] → [..., 1]. */
function tokenScale(graph: GraphBuilder, name: string, x: string): string {
  const { perLevel, least, lastAxis } = constants(graph);
  const magnitude = graph.node('Abs', [x], [`${name}.magnitude`]);
  const largest = graph.node('ReduceMax', [magnitude, lastAxis], [`${name}.largest`], { keepdims: 1 });
  return graph.node('Max', [graph.node('Mul', [largest, perLevel], [`${name}.step`]), least], [`${name}.scale`]);
}

interface Constants {
  one: string;
  perLevel: string;
  least: string;
  zeroPoint: string;
  lastAxis: string;
}

/** The scalars all layers use, written once per graph. */
function constants(graph: GraphBuilder): Constants {
  const scalar = (value: number): Float32Array => Float32Array.of(value);
  return {
    one: graph.once('one', (name) => graph.floatConstant(name, [], scalar(1))),
    perLevel: graph.once('per_level', (name) => graph.floatConstant(name, [], scalar(1 / LEVELS))),
    least: graph.once('least_scale', (name) => graph.floatConstant(name, [], scalar(LEAST_SCALE))),
    zeroPoint: graph.once('zero_point', (name) => graph.constant(name, ElementType.uint8, [], Uint8Array.of(ZERO_POINT))),
    lastAxis: graph.once('last_axis', (name) => graph.int64Constant(name, [1], [-1])),
  };
}

/**
 * Rounds a [columns, channels] matrix to −127 … 127 with one scale per channel.
 * @returns codes as the matrix, row-major; scales [channels]
 */
export function quantizeChannels(
  matrix: Float32Array, columns: number,
): { codes: Int8Array; scales: Float32Array; columns: number } {
  const channels = matrix.length / columns;
  const scales = new Float32Array(channels);
  for (let i = 0, channel = 0; i < matrix.length; i++) {
    const magnitude = Math.abs(matrix[i]!);
    if (magnitude > scales[channel]!) scales[channel] = magnitude;
    if (++channel === channels) channel = 0;
  }
  const inverse = scales.map((largest) => (largest === 0 ? 0 : LEVELS / largest));
  for (let channel = 0; channel < channels; channel++) scales[channel]! /= LEVELS;
  const codes = new Int8Array(matrix.length);
  for (let i = 0, channel = 0; i < matrix.length; i++) {
    codes[i] = Math.round(matrix[i]! * inverse[channel]!);
    if (++channel === channels) channel = 0;
  }
  return { codes, scales, columns };
}

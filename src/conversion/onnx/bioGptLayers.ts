import { EMBEDDING, POSITION_OFFSET, POSITIONS } from '../checkpoint/bioGptTensors';
import type { Architecture } from '../../modelFolder/format';
import { float, type GraphBuilder, MICROSOFT } from './graphBuilder';
import { ElementType } from './schema';
import type { Lookup, MatrixSource, Table, WeightFormat } from './weightFormat';

/**
 * PyTorch's default, which BioGPT was trained with: transformers' `modeling_biogpt.py` and fairseq
 * both build their layer norms without reading a configured epsilon.
 */
const LAYER_NORM_EPSILON = 1e-5;
/** GELU's minimum is −0.169971, at −0.7518. */
const GELU_LOWEST = -0.17;

/** The network's weights, by the names of `bioGptTensors.ts`. */
export interface BioGptWeights {
  vector(name: string): Promise<Float32Array>;
  /** @param firstRow leaves out the rows before it */
  matrix(name: string, firstRow?: number): MatrixSource;
  /** The LM head's own matrix, or undefined where it is the embedding. */
  untiedHead: MatrixSource | undefined;
}

/** The two tables that token ids and positions are looked up in. */
export interface EmbeddingTables {
  tokens: Table;
  positions: Lookup;
}

/**
 * What flows from layer to layer, both [B, S, hidden] (or [R, hidden]): the next norm's input is
 * `x + bias + residual`.
 */
export interface Stream {
  x: string;
  residual: string;
  bias?: string;
}

export async function writeTables(
  graph: GraphBuilder,
  format: WeightFormat,
  weights: BioGptWeights,
): Promise<EmbeddingTables> {
  return {
    tokens: await format.table(graph, 'embed_tokens.weight', weights.matrix(EMBEDDING)),
    positions: await format.lookup(graph, 'embed_positions.weight', weights.matrix(POSITIONS, POSITION_OFFSET)),
  };
}

/** Adds the parts of BioGPT's decoder layers to one graph. */
export class BioGptLayers {
  private readonly cacheShape: (string | number)[];

  /** Declares the inputs that every graph has; see `addBioGpt`. */
  constructor(
    private readonly graph: GraphBuilder,
    private readonly architecture: Architecture,
    private readonly format: WeightFormat,
    private readonly weights: BioGptWeights,
  ) {
    const { hiddenSize, heads } = architecture;
    this.cacheShape = ['batch', heads, 'capacity', hiddenSize / heads];
    graph.input('input_ids', ElementType.int64, ['batch', 'sequence']);
    graph.input('position_ids', ElementType.int64, ['batch', 'sequence']);
    graph.input('seqlens_k', ElementType.int32, ['batch']);
    graph.input('total_len', ElementType.int32, []);
  }

  embed({ tokens, positions }: EmbeddingTables): Stream {
    const { graph } = this;
    let x = tokens.gather('token_embedding', 'input_ids');
    if (this.architecture.scaleEmbedding) {
      // On the hidden state rather than the table: the LM head reads the table unscaled.
      const scale = graph.floatConstant(
        'embedding_scale',
        [],
        Float32Array.of(Math.sqrt(this.architecture.hiddenSize)),
      );
      x = graph.node('Mul', [x, scale], ['scaled_embedding']);
    }
    return { x, residual: positions.gather('position_embedding', 'position_ids') };
  }

  /**
   * Norm, packed QKV and attention over the cache, which it extends; not the output projection.
   * @returns the heads' outputs side by side, and the stream's sum before the norm
   */
  async attention(layer: number, stream: Stream): Promise<{ attended: string; residual: string }> {
    const { graph, weights } = this;
    const { hiddenSize, heads } = this.architecture;
    const name = `layers.${layer}.self_attn`;
    const { normed, sum } = await this.addAndNorm(`${name}_layer_norm`, stream);
    // The scores' scale goes into the queries' weights: ONNX Runtime's kernel for a single row (MLAS, sgemm.cpp) serves a
    // factor of 1 alone.
    const scale = 1 / Math.sqrt(hiddenSize / heads);
    const projections = ['q', 'k', 'v'].map((which) => `${name}.${which}_proj`);
    const [queries, ...others] = projections.map((projection) => weights.matrix(`${projection}.weight`));
    const bias = await concatenated(projections.map((projection) => weights.vector(`${projection}.bias`)));
    for (let i = 0; i < hiddenSize; i++) bias[i]! *= scale;
    const product = await this.format.linear(graph, `${name}.qkv`, normed, [scaled(queries!, scale), ...others]);
    const biasName = graph.floatConstant(`${name}.qkv.bias`, [3 * hiddenSize], bias);
    const qkv = graph.node('Add', [product, biasName], [`${name}.qkv`]);
    const past = ['k', 'v'].map((which) => graph.input(`past.${layer}.${which}`, ElementType.float32, this.cacheShape));
    const attended = graph.node(
      'GroupQueryAttention',
      [qkv, '', '', ...past, 'seqlens_k', 'total_len'],
      [`${name}.out`, `present.${layer}.k`, `present.${layer}.v`],
      { num_heads: heads, kv_num_heads: heads, do_rotary: 0, scale: float(1) },
      MICROSOFT,
    );
    return { attended, residual: sum };
  }

  /** Output projection and feed-forward network. */
  async rest(layer: number, attended: string, residual: string): Promise<Stream> {
    const name = `layers.${layer}`;
    const projection = `${name}.self_attn.out_proj`;
    const projected = await this.linear(projection, attended, [`${projection}.weight`]);
    const bias = await this.vector(`${projection}.bias`);
    const { normed, sum } = await this.addAndNorm(`${name}.final_layer_norm`, { x: projected, residual, bias });
    const fc1 = await this.linear(`${name}.fc1`, normed, [`${name}.fc1.weight`]);
    const activated = this.graph.node(
      'BiasGelu',
      [fc1, await this.vector(`${name}.fc1.bias`)],
      [`${name}.gelu`],
      {},
      MICROSOFT,
    );
    const x = await this.linear(`${name}.fc2`, activated, [`${name}.fc2.weight`], GELU_LOWEST);
    return { x, residual: sum, bias: await this.vector(`${name}.fc2.bias`) };
  }

  /**
   * The stream's sum and its layer norm. ONNX Runtime has one node for both, `SkipLayerNormalization`: its loops are
   * four times slower, and a prompt takes an eighth more time.
   */
  async addAndNorm(norm: string, { x, residual, bias }: Stream): Promise<{ normed: string; sum: string }> {
    const { graph } = this;
    const biased = bias === undefined ? x : graph.node('Add', [x, bias], [`${norm}.biased`]);
    const sum = graph.node('Add', [biased, residual], [`${norm}.sum`]);
    const [scale, shift] = [await this.vector(`${norm}.weight`), await this.vector(`${norm}.bias`)];
    const attributes = { axis: -1, epsilon: float(LAYER_NORM_EPSILON) };
    return { normed: graph.node('LayerNormalization', [sum, scale, shift], [`${norm}.out`], attributes), sum };
  }

  /** Declares the caches as outputs. */
  presentOutputs(): void {
    for (let layer = 0; layer < this.architecture.layers; layer++) {
      for (const which of ['k', 'v']) {
        this.graph.output(`present.${layer}.${which}`, ElementType.float32, this.cacheShape);
      }
    }
  }

  private async vector(name: string): Promise<string> {
    const values = await this.weights.vector(name);
    return this.graph.floatConstant(name, [values.length], values);
  }

  private linear(name: string, x: string, weightNames: string[], lowest?: number): Promise<string> {
    return this.format.linear(
      this.graph,
      name,
      x,
      weightNames.map((weight) => this.weights.matrix(weight)),
      lowest,
    );
  }
}

function scaled({ chunks, ...matrix }: MatrixSource, factor: number): MatrixSource {
  return {
    ...matrix,
    chunks: async function* () {
      for await (const values of chunks()) yield values.map((value) => value * factor);
    },
  };
}

async function concatenated(parts: Promise<Float32Array>[]): Promise<Float32Array> {
  const vectors = await Promise.all(parts);
  const whole = new Float32Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const values of vectors) {
    whole.set(values, filled);
    filled += values.length;
  }
  return whole;
}

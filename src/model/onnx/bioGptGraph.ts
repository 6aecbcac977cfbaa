import { EMBEDDING, POSITION_OFFSET, POSITIONS } from '../checkpoint/bioGptTensors';
import type { Architecture } from '../format';
import { float, type GraphBuilder, MICROSOFT } from './graphBuilder';
import { ElementType } from './schema';
import type { MatrixSource, WeightFormat } from './weightFormat';

/**
 * PyTorch's default, which BioGPT was trained with: transformers' `modeling_biogpt.py` and fairseq
 * both build their layer norms without reading a configured epsilon.
 */
const LAYER_NORM_EPSILON = 1e-5;

/** The network's weights, by the names of `bioGptTensors.ts`. */
export interface BioGptWeights {
  vector(name: string): Promise<Float32Array>;
  /** @param firstRow leaves out the rows before it */
  matrix(name: string, firstRow?: number): MatrixSource;
  /** The LM head's own matrix, or undefined where it is the embedding. */
  untiedHead: MatrixSource | undefined;
}

export interface BioGptWriteHooks {
  signal?: AbortSignal;
  /** After each part: parts written so far, and of how many. */
  onPart?(done: number, total: number): void;
}

/**
 * Adds BioGPT's network (transformers, `modeling_biogpt.py`) to a graph: a pre-norm decoder with
 * learned positions, exact (erf) GELU and the LM head tied to the embedding.
 *
 * Inputs, for a batch of B sequences of S new tokens each:
 * - `input_ids` [B, S] int64
 * - `position_ids` [B, S] int64, from 0
 * - `logit_rows` [R] int64: rows of the flattened [B·S] tokens whose logits are wanted; R may be 0
 * - `seqlens_k` [B] int32: tokens in the cache + S − 1
 * - `total_len` int32 scalar: tokens in the cache + S
 * - `past.{layer}.k`, `past.{layer}.v` [B, heads, C, headSize] float32: the KV cache of capacity C
 *
 * Outputs: `logits` [R, vocabulary] float32 and `present.{layer}.k`, `.v`, shaped as the past, which
 * may be the same memory. If a sequence has several new tokens and a past, B must be 1
 * (GroupQueryAttention's rule).
 *
 * In the last layer only the rows in `logit_rows` go on after attention: nothing else reads them.
 */
export async function addBioGpt(
  graph: GraphBuilder,
  architecture: Architecture,
  format: WeightFormat,
  weights: BioGptWeights,
  hooks: BioGptWriteHooks = {},
): Promise<void> {
  const { hiddenSize: hidden, layers, heads, vocabSize } = architecture;
  const headSize = hidden / heads;
  const cacheShape = ['batch', heads, 'capacity', headSize];
  const part = (done: number): void => {
    hooks.signal?.throwIfAborted();
    hooks.onPart?.(done, layers + 2);
  };

  const inputIds = graph.input('input_ids', ElementType.int64, ['batch', 'sequence']);
  const positionIds = graph.input('position_ids', ElementType.int64, ['batch', 'sequence']);
  const logitRows = graph.input('logit_rows', ElementType.int64, ['rows']);
  const seqlensK = graph.input('seqlens_k', ElementType.int32, ['batch']);
  const totalLength = graph.input('total_len', ElementType.int32, []);

  const vector = async (name: string): Promise<string> => {
    const values = await weights.vector(name);
    return graph.floatConstant(name, [values.length], values);
  };
  const linear = (name: string, x: string, weightNames: string[]): Promise<string> =>
    format.linear(graph, name, x, weightNames.map((weight) => weights.matrix(weight)));
  /** Residual sum and its layer norm in one node. */
  const addAndNorm = async (
    norm: string, x: string, residual: string, bias?: string,
  ): Promise<{ normed: string; sum: string }> => {
    const inputs = [x, residual, await vector(`${norm}.weight`), await vector(`${norm}.bias`)];
    if (bias !== undefined) inputs.push(bias);
    const [normed, sum] = [`${norm}.out`, `${norm}.sum`];
    graph.node('SkipLayerNormalization', inputs, [normed, '', '', sum], { epsilon: float(LAYER_NORM_EPSILON) }, MICROSOFT);
    return { normed, sum };
  };
  const rowShape = graph.int64Constant('row_shape', [2], [-1, hidden]);
  /** [B, S, hidden] → [R, hidden] */
  const wantedRows = (name: string, x: string): string =>
    graph.node('Gather', [graph.node('Reshape', [x, rowShape], [`${name}.flat`]), logitRows], [name], { axis: 0 });

  const embedding = await format.table(graph, 'embed_tokens.weight', weights.matrix(EMBEDDING));
  const positions = await format.lookup(graph, 'embed_positions.weight', weights.matrix(POSITIONS, POSITION_OFFSET));
  part(1);
  let x = embedding.gather('token_embedding', inputIds);
  if (architecture.scaleEmbedding) {
    // On the hidden state rather than the table: the LM head reads the table unscaled.
    const scale = graph.floatConstant('embedding_scale', [], Float32Array.of(Math.sqrt(hidden)));
    x = graph.node('Mul', [x, scale], ['scaled_embedding']);
  }
  let residual = positions.gather('position_embedding', positionIds);
  let bias: string | undefined;

  for (let layer = 0; layer < layers; layer++) {
    const name = `layers.${layer}`;
    const attention = await addAndNorm(`${name}.self_attn_layer_norm`, x, residual, bias);

    const projections = ['q', 'k', 'v'].map((which) => `${name}.self_attn.${which}_proj`);
    const qkvBias = await concatenated(projections.map((projection) => weights.vector(`${projection}.bias`)));
    const qkvProduct = await linear(`${name}.self_attn.qkv`, attention.normed, projections.map((p) => `${p}.weight`));
    const qkv = graph.node(
      'Add',
      [qkvProduct, graph.floatConstant(`${name}.self_attn.qkv.bias`, [3 * hidden], qkvBias)],
      [`${name}.self_attn.qkv`],
    );
    const past = ['k', 'v'].map((which) => graph.input(`past.${layer}.${which}`, ElementType.float32, cacheShape));
    const present = ['k', 'v'].map((which) => `present.${layer}.${which}`);
    let attended = graph.node(
      'GroupQueryAttention',
      [qkv, '', '', ...past, seqlensK, totalLength],
      [`${name}.self_attn.out`, ...present],
      { num_heads: heads, kv_num_heads: heads, do_rotary: 0, scale: float(1 / Math.sqrt(headSize)) },
      MICROSOFT,
    );
    residual = attention.sum;
    if (layer === layers - 1) {
      attended = wantedRows('wanted_attention', attended);
      residual = wantedRows('wanted_residual', residual);
    }
    const projected = await linear(`${name}.self_attn.out_proj`, attended, [`${name}.self_attn.out_proj.weight`]);

    const feedForward = await addAndNorm(
      `${name}.final_layer_norm`, projected, residual, await vector(`${name}.self_attn.out_proj.bias`),
    );
    const fc1 = await linear(`${name}.fc1`, feedForward.normed, [`${name}.fc1.weight`]);
    const activated = graph.node('BiasGelu', [fc1, await vector(`${name}.fc1.bias`)], [`${name}.gelu`], {}, MICROSOFT);
    x = await linear(`${name}.fc2`, activated, [`${name}.fc2.weight`]);
    bias = await vector(`${name}.fc2.bias`);
    residual = feedForward.sum;
    part(layer + 2);
  }

  const { normed } = await addAndNorm('layer_norm', x, residual, bias);
  const head = weights.untiedHead ? await format.table(graph, 'output_projection.weight', weights.untiedHead) : embedding;
  head.project('lm_head', normed, 'logits');

  graph.output('logits', ElementType.float32, ['rows', vocabSize]);
  for (let layer = 0; layer < layers; layer++) {
    for (const which of ['k', 'v']) graph.output(`present.${layer}.${which}`, ElementType.float32, cacheShape);
  }
  part(layers + 2);
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

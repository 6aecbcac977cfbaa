import type { Architecture } from '../../modelFolder/format';
import { BioGptLayers, writeTables, type BioGptWeights } from './bioGptLayers';
import type { GraphBuilder } from './graphBuilder';
import { ElementType } from './schema';
import type { WeightFormat } from './weightFormat';

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
 * - `logit_rows` [R] int64: rows of the flattened [B·S] tokens whose logits are wanted; R ≥ 1
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
  const { hiddenSize, layers, vocabSize } = architecture;
  const part = counter(hooks, layers + 2);
  const parts = new BioGptLayers(graph, architecture, format, weights);
  const logitRows = graph.input('logit_rows', ElementType.int64, ['rows']);
  const rowShape = graph.int64Constant('row_shape', [2], [-1, hiddenSize]);
  /** [B, S, hidden] → [R, hidden] */
  const wantedRows = (name: string, x: string): string =>
    graph.node('Gather', [graph.node('Reshape', [x, rowShape], [`${name}.flat`]), logitRows], [name], { axis: 0 });

  const tables = await writeTables(graph, format, weights);
  part();
  let stream = parts.embed(tables);
  for (let layer = 0; layer < layers; layer++) {
    let { attended, residual } = await parts.attention(layer, stream);
    if (layer === layers - 1) {
      attended = wantedRows('wanted_attention', attended);
      residual = wantedRows('wanted_residual', residual);
    }
    stream = await parts.rest(layer, attended, residual);
    part();
  }

  const { normed } = await parts.addAndNorm('layer_norm', stream);
  const head = weights.untiedHead
    ? await format.table(graph, 'output_projection.weight', weights.untiedHead)
    : tables.tokens;
  head.project('lm_head', normed, 'logits');

  graph.output('logits', ElementType.float32, ['rows', vocabSize]);
  parts.presentOutputs();
  part();
}

function counter({ signal, onPart }: BioGptWriteHooks, total: number): () => void {
  let done = 0;
  return () => {
    signal?.throwIfAborted();
    onPart?.(++done, total);
  };
}

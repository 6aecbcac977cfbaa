import type { BioGptConfig } from '../../modelFolder/checkpointConfig';
import { ModelError } from '../../modelFolder/modelError';
import { phrase } from '../../modelFolder/phrase';
import { EMBEDDING, expectedTensors, OUTPUT_PROJECTION } from '../checkpoint/bioGptTensors';

/**
 * What an inference server can be given:
 * - `vllm`: `BioGptForCausalLM` as transformers saves it, for vLLM from 0.30 on;
 * - `opt`: the same network as `OPTForCausalLM`, for servers that don't know BioGPT. It computes the same numbers: what BioGPT does
 *   otherwise, scaling its embedding, is in the weights.
 */
export const SERVER_FORMS = ['vllm', 'opt'] as const;
export type ServerForm = (typeof SERVER_FORMS)[number];

/** A tensor to be written. */
export interface ServerTensor {
  name: string;
  shape: readonly number[];
  /** Which of `expectedTensors` it is. */
  of: string;
  /** What its values are multiplied by; absent: 1. */
  scale?: number;
}

/** What transformers reads of a model. */
export interface ServerModel {
  /** Content of `config.json`. */
  config: Record<string, unknown>;
  tensors: ServerTensor[];
}

/** @param path for messages @throws ModelError for a network that the form has no room for */
export function inServerForm(form: ServerForm, config: BioGptConfig, path: string): ServerModel {
  return form === 'opt' ? asOpt(config) : asBioGpt(config, path);
}

/** `SPECIAL_IDS` in transformers' words. */
const SPECIAL = { bos_token_id: 0, pad_token_id: 1, eos_token_id: 2 };

function asBioGpt(config: BioGptConfig, path: string): ServerModel {
  const { architecture, tieWordEmbeddings } = config;
  if (!tieWordEmbeddings) {
    throw new ModelError(
      path,
      phrase`has an output layer of its own, which vLLM cannot load in this form.`,
      phrase`Export the model with --for opt.`,
    );
  }
  return {
    config: {
      architectures: ['BioGptForCausalLM'],
      model_type: 'biogpt',
      hidden_size: architecture.hiddenSize,
      num_hidden_layers: architecture.layers,
      num_attention_heads: architecture.heads,
      intermediate_size: architecture.ffnSize,
      max_position_embeddings: architecture.maxPositions,
      vocab_size: architecture.vocabSize,
      scale_embedding: architecture.scaleEmbedding,
      hidden_act: 'gelu',
      tie_word_embeddings: true,
      torch_dtype: 'float32',
      ...SPECIAL,
    },
    // Without the tied copy of the embedding: vLLM has no place for it.
    tensors: [...expectedTensors(config)].map(([of, shape]) => ({ name: `biogpt.${of}`, shape, of })),
  };
}

function asOpt(config: BioGptConfig): ServerModel {
  const { architecture, tieWordEmbeddings } = config;
  const { hiddenSize, scaleEmbedding } = architecture;
  const shapes = expectedTensors(config);
  shapes.delete(OUTPUT_PROJECTION);
  const decoder = [...shapes].map(([of, shape]): ServerTensor => {
    const name = of.replace(/^layer_norm\./, 'final_layer_norm.');
    const scaled = of === EMBEDDING && scaleEmbedding;
    return { name: `model.decoder.${name}`, shape, of, ...(scaled && { scale: Math.fround(Math.sqrt(hiddenSize)) }) };
  });
  const head = tieWordEmbeddings ? EMBEDDING : OUTPUT_PROJECTION;
  return {
    config: {
      architectures: ['OPTForCausalLM'],
      model_type: 'opt',
      hidden_size: hiddenSize,
      word_embed_proj_dim: hiddenSize,
      num_hidden_layers: architecture.layers,
      num_attention_heads: architecture.heads,
      ffn_dim: architecture.ffnSize,
      max_position_embeddings: architecture.maxPositions,
      vocab_size: architecture.vocabSize,
      // The exact one, as BioGPT's.
      activation_function: 'gelu',
      do_layer_norm_before: true,
      _remove_final_layer_norm: false,
      layer_norm_elementwise_affine: true,
      enable_bias: true,
      tie_word_embeddings: false,
      torch_dtype: 'float32',
      ...SPECIAL,
    },
    tensors: [...decoder, { name: 'lm_head.weight', shape: [architecture.vocabSize, hiddenSize], of: head }],
  };
}

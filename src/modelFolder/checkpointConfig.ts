import * as v from 'valibot';
import type { Architecture } from './format';
import { ModelError } from './modelError';
import { flag, objectOf, readJsonAs, wholeNumber } from './outsideData';
import { phrase } from './phrase';

/** What a Hugging Face `config.json` says about a BioGPT network. */
export interface BioGptConfig {
  architecture: Architecture;
  /** Whether the LM head is the embedding matrix; default true, as in transformers. */
  tieWordEmbeddings: boolean;
}

const Kind = v.looseObject({ model_type: v.optional(v.unknown()) });

/**
 * What is left out has the value that transformers gives it (`configuration_biogpt.py`): BioGPT's own shape.
 *
 * The limits are far above any BioGPT (Large: hidden 1600, 48 layers); a number beyond is a mistake, not a model.
 * `layer_norm_eps` is not read: transformers builds its `nn.LayerNorm`s without it, so that 1e-5 holds whatever the file
 * says.
 */
const Config = objectOf({
  hidden_size: v.optional(wholeNumber(1, 65_536), 1024),
  num_hidden_layers: v.optional(wholeNumber(1, 1024), 24),
  num_attention_heads: v.optional(wholeNumber(1, 1024), 16),
  intermediate_size: v.optional(wholeNumber(1, 1_048_576), 4096),
  max_position_embeddings: v.optional(wholeNumber(1, 1_048_576), 1024),
  vocab_size: v.optional(wholeNumber(1, 4_194_304), 42_384),
  scale_embedding: v.nullish(flag, true),
  tie_word_embeddings: v.nullish(flag, true),
  hidden_act: v.nullish(v.unknown(), 'gelu'),
});

/** The exact GELU, by both of its names (transformers, `activations.py`). */
const ACTIVATIONS: readonly unknown[] = ['gelu', 'gelu_python'];

/** GroupQueryAttention's kernels work on head sizes that are multiples of this. */
const HEAD_SIZE_MULTIPLE = 8;

const USE_THE_RIGHT_ONE = phrase`Use the config.json that came with the weights.`;
const CANNOT_BE_CONVERTED = phrase`This model cannot be converted.`;

/**
 * Reads and checks `config.json`.
 * @param path for messages
 * @throws ModelError naming the key that makes no sense
 */
export function readConfig(path: string, json: string): BioGptConfig {
  const kind = readJsonAs(Kind, json);
  if (kind.ok && kind.value.model_type !== 'biogpt') {
    const type = kind.value.model_type;
    throw new ModelError(
      path,
      type === undefined
        ? phrase`does not specify its model type.`
        : phrase`describes a model of type ${JSON.stringify(type)}, not "biogpt".`,
      phrase`Only BioGPT models can be converted.`,
    );
  }
  const config = kind.ok ? readJsonAs(Config, json) : kind;
  if (!config.ok) throw new ModelError(path, config.problem, USE_THE_RIGHT_ONE);
  const { value } = config;
  if (!ACTIVATIONS.includes(value.hidden_act)) {
    throw new ModelError(
      path,
      phrase`has the activation ${JSON.stringify(value.hidden_act)}. Only ${JSON.stringify(ACTIVATIONS[0])} is supported.`,
      CANNOT_BE_CONVERTED,
    );
  }
  const architecture: Architecture = {
    hiddenSize: value.hidden_size,
    layers: value.num_hidden_layers,
    heads: value.num_attention_heads,
    ffnSize: value.intermediate_size,
    maxPositions: value.max_position_embeddings,
    vocabSize: value.vocab_size,
    scaleEmbedding: value.scale_embedding,
  };
  checkHeads(path, architecture);
  return { architecture, tieWordEmbeddings: value.tie_word_embeddings };
}

/** @throws ModelError if the attention heads are of a size that does not exist or cannot be computed */
export function checkHeads(path: string, { hiddenSize, heads }: Pick<Architecture, 'hiddenSize' | 'heads'>): void {
  if (hiddenSize % heads !== 0) {
    throw new ModelError(
      path,
      phrase`has ${heads} attention heads, but its hidden size of ${hiddenSize} is not divisible by ${heads}.`,
      phrase`Use the configuration that came with the weights.`,
    );
  }
  if ((hiddenSize / heads) % HEAD_SIZE_MULTIPLE !== 0) {
    throw new ModelError(
      path,
      phrase`has attention heads of ${hiddenSize / heads} dimensions. The size must be a multiple of ${HEAD_SIZE_MULTIPLE}.`,
      CANNOT_BE_CONVERTED,
    );
  }
}

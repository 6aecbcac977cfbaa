import { ModelError } from '../../modelFolder/modelError';
import type { Architecture } from '../../modelFolder/format';
import { phrase, type Phrase } from '../../modelFolder/phrase';

/** What a Hugging Face `config.json` says about a BioGPT network. */
export interface BioGptConfig {
  architecture: Architecture;
  /** Whether the LM head is the embedding matrix; default true, as in transformers. */
  tieWordEmbeddings: boolean;
}

/** Far above any BioGPT (Large: hidden 1600, 48 layers); a number beyond is a mistake, not a model. */
const LIMITS = {
  hidden_size: 65_536,
  num_hidden_layers: 1024,
  num_attention_heads: 1024,
  intermediate_size: 1_048_576,
  max_position_embeddings: 1_048_576,
  vocab_size: 4_194_304,
} as const;

/** GroupQueryAttention's kernels work on head sizes that are multiples of this. */
const HEAD_SIZE_MULTIPLE = 8;

/**
 * Parses and checks `config.json`. `layer_norm_eps` is not read: transformers builds its
 * `nn.LayerNorm`s without it, so that 1e-5 holds whatever the file says.
 * @param path for messages
 * @throws ModelError naming the key that makes no sense
 */
export function parseConfig(path: string, json: string): BioGptConfig {
  const fail = (problem: Phrase, remedy = phrase`Use the config.json that came with the weights.`): never => {
    throw new ModelError(path, problem, remedy);
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    return fail(phrase`is not valid JSON (${(error as Error).message}).`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return fail(phrase`is not a JSON object.`);
  const config = parsed as Record<string, unknown>;

  if (config.model_type !== 'biogpt') {
    return fail(
      phrase`describes a model of type ${show(config.model_type)}, not "biogpt".`,
      phrase`Only BioGPT models in Hugging Face form can be converted.`,
    );
  }
  const size = (key: keyof typeof LIMITS): number => {
    const value = config[key];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > LIMITS[key]) {
      return fail(phrase`${key} is ${show(value)}; it must be a whole number from 1 to ${LIMITS[key]}.`);
    }
    return value;
  };
  const flag = (key: string, byDefault: boolean): boolean => {
    const value = config[key] ?? byDefault;
    if (typeof value !== 'boolean') return fail(phrase`${key} is ${show(value)}; it must be true or false.`);
    return value;
  };

  const architecture: Architecture = {
    hiddenSize: size('hidden_size'),
    layers: size('num_hidden_layers'),
    heads: size('num_attention_heads'),
    ffnSize: size('intermediate_size'),
    maxPositions: size('max_position_embeddings'),
    vocabSize: size('vocab_size'),
    scaleEmbedding: flag('scale_embedding', true),
  };
  checkHeads(path, architecture);
  const activation = config.hidden_act ?? 'gelu';
  if (activation !== 'gelu') {
    fail(
      phrase`hidden_act is ${show(activation)}; the only activation supported is ${show('gelu')}.`,
      phrase`Such a model cannot be converted.`,
    );
  }
  return { architecture, tieWordEmbeddings: flag('tie_word_embeddings', true) };
}

/** @throws ModelError if the attention heads are of a size that does not exist or cannot be computed */
export function checkHeads(path: string, { hiddenSize, heads }: Pick<Architecture, 'hiddenSize' | 'heads'>): void {
  if (hiddenSize % heads !== 0) {
    throw new ModelError(
      path,
      phrase`hidden_size ${hiddenSize} cannot be divided among num_attention_heads ${heads}.`,
      phrase`Use the configuration that came with the weights.`,
    );
  }
  if ((hiddenSize / heads) % HEAD_SIZE_MULTIPLE !== 0) {
    throw new ModelError(
      path,
      phrase`its attention heads have ${hiddenSize / heads} dimensions; the attention kernel needs a multiple of ${HEAD_SIZE_MULTIPLE}.`,
      phrase`Such a model cannot be converted; train it with another number of heads.`,
    );
  }
}

function show(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

import { ModelError } from '../../modelFolder/modelError';
import { FLOAT_DTYPES, isFloatDType } from './elements';
import type { BioGptConfig } from '../../modelFolder/checkpointConfig';
import type { Checkpoint } from './checkpoint';
import { phrase, type Phrase } from '../../modelFolder/phrase';

/** Rows of the position table that no real token uses (transformers: offset 2). */
export const POSITION_OFFSET = 2;

/** Names without the `biogpt.` prefix. */
export const EMBEDDING = 'embed_tokens.weight';
export const POSITIONS = 'embed_positions.weight';
export const OUTPUT_PROJECTION = 'output_projection.weight';

/** Every tensor a BioGPT needs, by name without the prefix, with its shape (transformers, `nn.Linear`: [out, in]). */
export function expectedTensors({ architecture, tieWordEmbeddings }: BioGptConfig): Map<string, number[]> {
  const { hiddenSize: hidden, ffnSize, layers, vocabSize, maxPositions } = architecture;
  const shapes = new Map<string, number[]>([
    [EMBEDDING, [vocabSize, hidden]],
    [POSITIONS, [maxPositions + POSITION_OFFSET, hidden]],
  ]);
  const norm = (name: string): void => {
    shapes.set(`${name}.weight`, [hidden]).set(`${name}.bias`, [hidden]);
  };
  const linear = (name: string, outputs: number, inputs: number): void => {
    shapes.set(`${name}.weight`, [outputs, inputs]).set(`${name}.bias`, [outputs]);
  };
  for (let layer = 0; layer < layers; layer++) {
    for (const part of ['q', 'k', 'v', 'out']) linear(`layers.${layer}.self_attn.${part}_proj`, hidden, hidden);
    norm(`layers.${layer}.self_attn_layer_norm`);
    linear(`layers.${layer}.fc1`, ffnSize, hidden);
    linear(`layers.${layer}.fc2`, hidden, ffnSize);
    norm(`layers.${layer}.final_layer_norm`);
  }
  norm('layer_norm');
  if (!tieWordEmbeddings) shapes.set(OUTPUT_PROJECTION, [vocabSize, hidden]);
  return shapes;
}

export interface BioGptTensors {
  /** Name without prefix → name in the checkpoint; all expected tensors, and a tied model's `OUTPUT_PROJECTION` if stored. */
  stored: ReadonlyMap<string, string>;
  warnings: Phrase[];
}

/** How a kind of checkpoint names tensors. */
export interface TensorNaming {
  /** Before the names of `expectedTensors`; may be absent altogether. */
  prefix: string;
  /** Whether `OUTPUT_PROJECTION` bears the prefix too, for messages. */
  prefixesHead: boolean;
  /** What the expected shapes follow from, for messages. */
  shapesFrom: Phrase;
  remedy: Phrase;
}

const TRANSFORMERS: TensorNaming = {
  prefix: 'biogpt.',
  prefixesHead: false,
  shapesFrom: phrase`config.json`,
  remedy: phrase`Use the weights and the config.json of the same BioGPT model.`,
};

/**
 * Finds the tensors of a BioGPT in a checkpoint and checks their shapes and dtypes.
 * @param naming default: transformers', saved from `BioGptForCausalLM` (prefix `biogpt.`) or `BioGptModel` (none)
 * @throws ModelError naming the first tensor that is missing, twofold, of a wrong shape or dtype
 */
export function findTensors(
  checkpoint: Checkpoint,
  config: BioGptConfig,
  naming: TensorNaming = TRANSFORMERS,
): BioGptTensors {
  const { prefix, prefixesHead, shapesFrom, remedy } = naming;
  const fail = (problem: Phrase): never => {
    throw new ModelError(checkpoint.path, problem, remedy);
  };
  const found = new Map<string, string>();
  for (const name of checkpoint.tensors.keys()) {
    const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    if (found.has(bare)) fail(phrase`contains "${bare}" both with and without the prefix "${prefix}".`);
    found.set(bare, name);
  }

  // Tied weights are stored once, under either name (safetensors' `save_model` keeps the other as an alias).
  if (config.tieWordEmbeddings && !found.has(EMBEDDING) && found.has(OUTPUT_PROJECTION)) {
    found.set(EMBEDDING, found.get(OUTPUT_PROJECTION)!);
    found.delete(OUTPUT_PROJECTION);
  }

  const expected = expectedTensors(config);
  const stored = new Map<string, string>();
  const missing: string[] = [];
  const check = (bare: string, shape: readonly number[]): void => {
    const name = found.get(bare);
    if (name === undefined) {
      missing.push(bare);
      return;
    }
    const info = checkpoint.tensors.get(name)!;
    if (info.shape.length !== shape.length || info.shape.some((size, axis) => size !== shape[axis])) {
      fail(
        phrase`tensor "${name}" has shape [${info.shape.join(', ')}], but according to ${shapesFrom}, it must be [${shape.join(', ')}].`,
      );
    }
    if (!isFloatDType(info.dtype))
      throw new ModelError(
        checkpoint.path,
        phrase`tensor "${name}" contains ${info.dtype}; weights must be floating-point numbers (${FLOAT_DTYPES.join(', ')}).`,
        phrase`Save the model in one of these types, such as F32.`,
      );
    stored.set(bare, name);
    found.delete(bare);
  };
  for (const [bare, shape] of expected) check(bare, shape);
  if (missing.length > 0) {
    const first = `${missing[0] === OUTPUT_PROJECTION && !prefixesHead ? '' : prefix}${missing[0]}`;
    fail(
      missing.length === 1
        ? phrase`tensor "${first}" is missing.`
        : phrase`tensor "${first}" and ${missing.length - 1} more are missing.`,
    );
  }
  if (found.has(OUTPUT_PROJECTION)) check(OUTPUT_PROJECTION, expected.get(EMBEDDING)!);

  const warnings: Phrase[] = [];
  if (found.size > 0) {
    const names = [...found.values()];
    const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '');
    warnings.push(
      phrase`${checkpoint.path}: tensors that BioGPT does not use were ignored (${names.length}): ${shown}.`,
    );
  }
  return { stored, warnings };
}

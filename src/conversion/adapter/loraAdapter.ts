import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { asModelError, ModelError } from '../../modelFolder/modelError';
import { flag, must, objectOf, readJsonAs } from '../../modelFolder/outsideData';
import { phrase, type Phrase } from '../../modelFolder/phrase';
import { refuseStandIn } from '../../modelFolder/standIn';
import { EMBEDDING, expectedTensors, OUTPUT_PROJECTION } from '../checkpoint/bioGptTensors';
import { readWhole, type Checkpoint } from '../checkpoint/checkpoint';
import { SafetensorsCheckpoint } from '../checkpoint/safetensors';
import { TorchCheckpoint } from '../checkpoint/torchCheckpoint';
import type { SourceFolder } from '../source/sourceFolder';
import { MergedCheckpoint, type Change } from './mergedCheckpoint';

const CONFIG = 'adapter_config.json';

const Positive = v.pipe(v.number(must(phrase`a number`)), v.minValue(0, must(phrase`a number of at least 0`)));

/** The settings that decide what is added to a weight (peft `LoraConfig`). */
const Config = objectOf({
  peft_type: v.optional(v.unknown()),
  r: Positive,
  lora_alpha: Positive,
  use_rslora: v.nullish(flag, false),
  use_dora: v.nullish(flag, false),
  fan_in_fan_out: v.nullish(flag, false),
  alpha_pattern: v.nullish(v.record(v.string(), Positive), {}),
});

type LoraConfig = v.InferOutput<typeof Config>;

/** A factor's place within a tensor's name; older versions of PEFT write the adapter's name too. */
const FACTOR = /^(.*)\.lora_(embedding_)?([AB])(?:\.default)?(?:\.weight)?$/;

/**
 * A source folder whose weights have a LoRA adapter merged in, as `merge_and_unload` of PEFT does: W + scale · B · A. Where
 * the head is the embedding, what is added to one of the two is added to both, as in PEFT, whose tied weights are one.
 * @param dir holds `adapter_config.json` and `adapter_model.safetensors` (or `.bin`)
 * @throws ModelError naming what is missing, unsupported or of another shape; the source stays open
 */
export async function withAdapter(source: SourceFolder, dir: string, signal?: AbortSignal): Promise<SourceFolder> {
  const config = await readConfig(dir);
  const adapter = await openWeights(dir);
  try {
    const { changes, warnings } = await changesOf(source, adapter, config, signal);
    const { tensors } = source;
    return {
      ...source,
      checkpoint: new MergedCheckpoint(source.checkpoint, changes),
      tensors: { ...tensors, warnings: [...tensors.warnings, ...warnings] },
    };
  } finally {
    await adapter.close();
  }
}

async function readConfig(dir: string): Promise<LoraConfig> {
  const path = join(dir, CONFIG);
  const json = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw asModelError(path, error);
    throw new ModelError(dir, phrase`has no ${CONFIG}.`, phrase`Specify the folder of a LoRA adapter.`);
  });
  const reading = readJsonAs(Config, json);
  const fail = (problem: Phrase): never => {
    throw new ModelError(path, problem, phrase`Only LoRA adapters saved by PEFT can be merged into a model.`);
  };
  if (!reading.ok) return fail(reading.problem);
  const { peft_type: type, use_dora: dora, fan_in_fan_out: transposed } = reading.value;
  if (type !== 'LORA') fail(phrase`describes an adapter of type ${JSON.stringify(type) ?? 'unknown'}, not "LORA".`);
  if (dora) fail(phrase`uses DoRA, which is not supported.`);
  if (transposed) fail(phrase`is for a model with transposed weights (fan_in_fan_out). BioGPT does not have these.`);
  return reading.value;
}

async function openWeights(dir: string): Promise<Checkpoint> {
  const there = (path: string): Promise<boolean> =>
    lstat(path).then(
      () => true,
      () => false,
    );
  const safe = join(dir, 'adapter_model.safetensors');
  if (await there(safe)) return SafetensorsCheckpoint.open(safe);
  const torch = join(dir, 'adapter_model.bin');
  if (await there(torch)) return TorchCheckpoint.open(torch);
  for (const path of [safe, torch]) await refuseStandIn(path);
  throw new ModelError(
    dir,
    phrase`has no adapter_model.safetensors.`,
    phrase`Copy all files of the adapter into this folder (adapter_config.json and adapter_model.safetensors).`,
  );
}

interface Factors {
  A?: string;
  B?: string;
  embedding: boolean;
}

async function changesOf(
  source: SourceFolder,
  adapter: Checkpoint,
  config: LoraConfig,
  signal: AbortSignal | undefined,
): Promise<{ changes: Map<string, Change>; warnings: Phrase[] }> {
  const fail = (problem: Phrase): never => {
    throw new ModelError(adapter.path, problem, phrase`Use the model that the adapter was trained on.`);
  };
  const shapes = new Map(expectedTensors(source.config)).set(
    OUTPUT_PROJECTION,
    expectedTensors(source.config).get(EMBEDDING)!,
  );
  const shapeOf = (bare: string): readonly number[] =>
    shapes.get(bare) ?? fail(phrase`is for a model with "${bare}", which this model does not have.`);
  const factors = new Map<string, Factors>();
  const changes = new Map<string, Change>();
  const change = (bare: string): Change => {
    // Tied weights are one: PEFT changes both with either.
    const names =
      source.config.tieWordEmbeddings && (bare === OUTPUT_PROJECTION || bare === EMBEDDING)
        ? [EMBEDDING, OUTPUT_PROJECTION]
        : [bare];
    const stored = names.flatMap((name) => source.tensors.stored.get(name) ?? []);
    const found = changes.get(stored[0]!) ?? { updates: [] };
    for (const name of stored) changes.set(name, found);
    return found;
  };

  for (const [name, { shape }] of adapter.tensors) {
    const factor = FACTOR.exec(name);
    if (factor) {
      const bare = `${bareName(factor[1]!)}.weight`;
      const known = factors.get(bare) ?? { embedding: factor[2] !== undefined };
      factors.set(bare, { ...known, [factor[3]!]: name });
      continue;
    }
    const bare = bareName(name.replace(/\.modules_to_save(?:\.default)?/, '').replace('.base_layer', ''));
    const expected = shapeOf(bare);
    if (!sameShape(shape, expected)) {
      fail(phrase`tensor "${name}" has shape [${shape.join(', ')}], but the model's has [${expected.join(', ')}].`);
    }
    change(bare).replacement = await readWhole(adapter, name, signal);
  }
  if (factors.size === 0 && changes.size === 0) fail(phrase`contains no LoRA weights.`);

  for (const [bare, { A, B, embedding }] of factors) {
    if (A === undefined || B === undefined) {
      return fail(phrase`contains only one of the two matrices (lora_A, lora_B) for "${bare}".`);
    }
    const [rows = 0, columns = 0] = shapeOf(bare);
    const [a, b] = [adapter.tensors.get(A)!.shape, adapter.tensors.get(B)!.shape];
    const rank = a[0]!;
    if (!sameShape(a, [rank, embedding ? rows : columns]) || !sameShape(b, [embedding ? columns : rows, rank])) {
      return fail(
        phrase`does not fit the model: the product of the shapes [${b.join(', ')}] and [${a.join(', ')}] cannot be added to "${bare}", whose shape is [${shapeOf(bare).join(', ')}].`,
      );
    }
    const [first, second] = [await readWhole(adapter, A, signal), await readWhole(adapter, B, signal)];
    change(bare).updates.push({
      rank,
      columns,
      scale: scaleOf(config, bare, rank),
      // An embedding's factors are transposed: W + (B · A)ᵀ.
      left: embedding ? transposed(first, rank, rows) : second,
      right: embedding ? transposed(second, columns, rank) : first,
    });
  }
  const warnings =
    source.config.tieWordEmbeddings && (factors.has(OUTPUT_PROJECTION) || factors.has(EMBEDDING))
      ? [
          phrase`${adapter.path}: the adapter changes the output layer or the embedding. In this model, these share their weights, so both change, as with PEFT.`,
        ]
      : [];
  return { changes, warnings };
}

/** Name without PEFT's and transformers' prefixes. */
function bareName(name: string): string {
  return name.replace(/^base_model\.model\./, '').replace(/^biogpt\./, '');
}

function scaleOf({ lora_alpha, use_rslora, alpha_pattern }: LoraConfig, bare: string, rank: number): number {
  const module = `biogpt.${bare.replace(/\.weight$/, '')}`;
  const pattern = Object.keys(alpha_pattern).find((key) => endsWithPattern(module, key));
  const alpha = pattern === undefined ? lora_alpha : alpha_pattern[pattern]!;
  return alpha / (use_rslora ? Math.sqrt(rank) : rank);
}

/** PEFT (`get_pattern_key`) takes keys for regular expressions that a module's name ends in. */
function endsWithPattern(module: string, key: string): boolean {
  try {
    return new RegExp(`(^|\\.)(${key})$`).test(module);
  } catch {
    return module.endsWith(key);
  }
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column]!;
  }
  return turned;
}

import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asModelError, ModelError } from './modelError';
import {
  MODEL_DESCRIPTION_FILE,
  MODEL_FORMAT_VERSION,
  PRECISIONS,
  type FileEntry,
  type ModelDescription,
} from './format';
import { hashFile } from './hashedFile';
import { phrase } from './phrase';

/** A model folder that is there and whole, by its description. */
export interface ModelFolder {
  /** Absolute path. */
  dir: string;
  description: ModelDescription;
  /** Absolute paths of its files. */
  paths: { graph: string; weights: string; vocab: string; merges: string };
  /** Size of all files in the description. */
  bytes: number;
}

const CONVERT_AGAIN = phrase`Download or convert the model again.`;

/**
 * Opens a model folder: reads and checks `model.json`, and that every file is there at its size.
 * Hashes are not computed; see `verifyModelFolder`.
 * @throws ModelError saying what is wrong and what to do
 */
export async function openModelFolder(dir: string): Promise<ModelFolder> {
  const root = resolve(dir);
  const path = join(root, MODEL_DESCRIPTION_FILE);
  let json: string;
  try {
    json = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw await missingDescription(root);
    throw asModelError(path, error);
  }
  const description = parseDescription(path, json);
  let bytes = 0;
  for (const [name, entry] of Object.entries(description.files)) {
    const size = await stat(join(root, name)).then(
      ({ size }) => size,
      () => undefined,
    );
    if (size === undefined) throw new ModelError(root, phrase`its file ${name} is missing.`, CONVERT_AGAIN);
    if (size !== entry.bytes) {
      throw new ModelError(root, phrase`its file ${name} has ${size} bytes instead of ${entry.bytes}.`, CONVERT_AGAIN);
    }
    bytes += size;
  }
  const { graph, weights, tokenizer } = description;
  const at = (name: string): string => join(root, name);
  return {
    dir: root,
    description,
    paths: {
      graph: at(graph),
      weights: at(weights),
      vocab: at(tokenizer.vocab),
      merges: at(tokenizer.merges),
    },
    bytes,
  };
}

/**
 * Computes every file's SHA-256 and compares it with the description's.
 * @throws ModelError naming the first file that differs; the signal's reason if it aborts
 */
export async function verifyModelFolder(
  folder: ModelFolder,
  options: { signal?: AbortSignal; onProgress?: (fraction: number) => void } = {},
): Promise<void> {
  const { signal, onProgress } = options;
  let before = 0;
  for (const [name, { sha256 }] of Object.entries(folder.description.files)) {
    const { bytes, digest } = await hashFile(join(folder.dir, name), {
      ...(signal && { signal }),
      onBytes: (done) => onProgress?.((before + done) / folder.bytes),
    });
    if (digest !== sha256) {
      throw new ModelError(
        folder.dir,
        phrase`its file ${name} is not the one that was written (SHA-256 differs).`,
        CONVERT_AGAIN,
      );
    }
    before += bytes;
  }
}

async function missingDescription(dir: string): Promise<ModelError> {
  const exists = (name: string): Promise<boolean> =>
    stat(join(dir, name)).then(
      () => true,
      () => false,
    );
  if (!(await exists('.')))
    return new ModelError(dir, phrase`does not exist.`, phrase`Check the path.`, { code: 'notFound' });
  if (await exists('config.json')) {
    return new ModelError(
      dir,
      phrase`is a Hugging Face folder, not a model folder (it has config.json but no ${MODEL_DESCRIPTION_FILE}).`,
      phrase`Convert it first: npm run -s biogpt -- convert ${JSON.stringify(dir)} --out NEW_FOLDER`,
    );
  }
  return new ModelError(
    dir,
    phrase`is not a model folder: it has no ${MODEL_DESCRIPTION_FILE}.`,
    phrase`Name a folder that convert has written.`,
  );
}

/**
 * Parses and checks `model.json`.
 * @throws ModelError naming the key that is wrong
 */
export function parseDescription(path: string, json: string): ModelDescription {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ModelError(path, phrase`is not valid JSON (${(error as Error).message}).`, CONVERT_AGAIN);
  }
  const version = isRecord(value) ? value.formatVersion : undefined;
  if (typeof version === 'number' && version > MODEL_FORMAT_VERSION) {
    throw new ModelError(
      path,
      phrase`has format version ${version}; this version of BioGPT Writer reads up to ${MODEL_FORMAT_VERSION}.`,
      phrase`Update the extension.`,
    );
  }
  const problem = descriptionProblem(value);
  if (problem !== undefined) throw new ModelError(path, phrase`${problem}.`, CONVERT_AGAIN);
  return value as ModelDescription;
}

/** The first thing wrong with a description, or undefined. */
function descriptionProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return 'is not a JSON object';
  const { architecture, tokenizer, files } = value;
  if (value.formatVersion !== MODEL_FORMAT_VERSION) return 'has no valid "formatVersion"';
  if (!PRECISIONS.some((precision) => precision === value.precision)) return 'has an unknown "precision"';
  if (!isPositive(value.parameters)) return 'has no valid "parameters"';
  if (!isRecord(architecture)) return 'has no "architecture"';
  for (const key of ['hiddenSize', 'layers', 'heads', 'ffnSize', 'maxPositions', 'vocabSize']) {
    if (!isPositive(architecture[key])) return `has no valid "architecture.${key}"`;
  }
  if ((architecture.hiddenSize as number) % (architecture.heads as number) !== 0) {
    return 'has an "architecture.hiddenSize" that its heads do not divide';
  }
  if (typeof architecture.scaleEmbedding !== 'boolean') return 'has no "architecture.scaleEmbedding"';
  if (!isRecord(tokenizer)) return 'has no "tokenizer"';
  if (typeof tokenizer.normalizePunctuation !== 'boolean') return 'has no "tokenizer.normalizePunctuation"';
  for (const key of ['name', 'source', 'licence']) if (typeof value[key] !== 'string') return `has no "${key}"`;
  if (value.origin !== undefined && !isOrigin(value.origin)) return 'has no valid "origin"';
  if (!isRecord(files)) return 'has no "files"';
  for (const [name, entry] of Object.entries(files)) {
    if (!isFileName(name)) return `lists a file outside of its folder (${JSON.stringify(name)})`;
    if (!isFileEntry(entry)) return `has no valid size and SHA-256 for ${name}`;
  }
  for (const name of [value.graph, value.weights, tokenizer.vocab, tokenizer.merges]) {
    if (typeof name !== 'string' || !Object.hasOwn(files, name))
      return `does not list ${JSON.stringify(name)} among its files`;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOrigin(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['knownModel', 'repo', 'revision'].every((key) => ['undefined', 'string'].includes(typeof value[key]))
  );
}

function isPositive(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** A plain name: no separators, drive letters or parents, so that it stays in the folder. */
function isFileName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\\:\0]/.test(name);
}

function isFileEntry(value: unknown): value is FileEntry {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value.bytes) &&
    (value.bytes as number) >= 0 &&
    typeof value.sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(value.sha256)
  );
}

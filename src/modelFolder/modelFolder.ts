import { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { asModelError, ModelError } from './modelError';
import { CONVERT_AGAIN, readDescription } from './description';
import { MODEL_DESCRIPTION_FILE, type FileEntry, type ModelDescription } from './format';
import { hashFile } from './hashedFile';
import { phrase } from './phrase';
import { refuseStandIn } from './standIn';

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

/**
 * Opens a model folder: reads and checks `model.json`, and that every file is there at its size.
 * Hashes are not computed; see `verifyModelFolder`.
 * @throws ModelError saying what is wrong and what to do
 */
export async function openModelFolder(dir: string): Promise<ModelFolder> {
  const root = resolve(dir);
  const path = join(root, MODEL_DESCRIPTION_FILE);
  await refuseStandIn(path);
  let json: string;
  try {
    json = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw await missingDescription(root);
    throw asModelError(path, error);
  }
  const description = readDescription(path, json);
  let bytes = 0;
  for (const [name, entry] of Object.entries(description.files)) {
    bytes += await checkedSize(root, name, entry);
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

/** The size of a file, which must be there as its description says. Links are followed. */
async function checkedSize(root: string, name: string, { bytes }: FileEntry): Promise<number> {
  const path = join(root, name);
  const stats = await stat(path).catch((error: unknown) => error);
  if (stats instanceof Stats && stats.isFile() && stats.size === bytes) return bytes;
  await refuseStandIn(path);
  if (!(stats instanceof Stats)) {
    if ((stats as NodeJS.ErrnoException).code !== 'ENOENT') throw asModelError(path, stats);
    throw new ModelError(root, phrase`its file ${name} is missing.`, CONVERT_AGAIN);
  }
  if (!stats.isFile()) throw new ModelError(path, phrase`is not a file.`, CONVERT_AGAIN, { code: 'wrongKind' });
  throw new ModelError(root, phrase`its file ${name} has ${stats.size} bytes instead of ${bytes}.`, CONVERT_AGAIN);
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
        phrase`its file ${name} has changed since the model was installed (SHA-256 differs).`,
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
    phrase`Specify the path of a folder created by the convert command.`,
  );
}

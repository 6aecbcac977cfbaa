import { readFile } from 'node:fs/promises';
import { ModelError } from '../modelFolder/modelError';
import type { Precision } from '../modelFolder/format';
import type { ModelTask } from '../modelFolder/modelTask';
import { openModelFolder, type ModelFolder } from '../modelFolder/modelFolder';
import type { ModelInfo } from '../protocol/decoder';
import { BioGptTokenizer } from '../tokenizer/bioGptTokenizer';
import { openSession, type Backend } from './session/openSession';
import type { ModelSession } from './session/session';
import { phrase } from '../modelFolder/phrase';

export interface LoadOptions {
  /** Intra-op threads; omitted: chosen by the machine. */
  threads?: number;
  /** Forces one way of calling the runtime; omitted: native where it proves right, else plain. */
  backend?: Backend;
  /** Receives one line per noteworthy event; never text of the user. */
  log?: (line: string) => void;
}

/** A model folder in memory. Whoever disposes of its session frees all of it. */
export interface LoadedModel {
  info: ModelInfo;
  precision: Precision;
  tokenizer: BioGptTokenizer;
  session: ModelSession;
  /** The text-mining task that it was tuned for. */
  task?: ModelTask;
}

/**
 * Loads a finished model folder.
 * @throws ModelError when the folder is missing, damaged or of an unknown format.
 */
export async function loadModel(modelDir: string, options: LoadOptions = {}): Promise<LoadedModel> {
  const started = performance.now();
  const folder = await openModelFolder(modelDir);
  const { description } = folder;
  const tokenizer = await readTokenizer(folder);
  const session = await openSession(folder.paths.graph, description.architecture, options).catch((error: unknown) => {
    // A length that no buffer can have, or that memory has no room for.
    if (!(error instanceof RangeError)) throw error;
    const problem = phrase`needs more memory than this computer can give it.`;
    throw new ModelError(folder.dir, problem, phrase`Use a smaller model, or download or convert this one again.`, {
      cause: error,
    });
  });
  const info: ModelInfo = {
    name: description.name,
    modelDir: folder.dir,
    precision: description.precision,
    parameters: description.parameters,
    maxPositions: description.architecture.maxPositions,
    backend: session.backend,
    describes: description.describes ?? true,
    ...(description.task && { task: description.task.id }),
    loadMs: Math.round(performance.now() - started),
  };
  const { precision } = description;
  return { info, precision, tokenizer, session, ...(description.task && { task: description.task }) };
}

async function readTokenizer({ dir, description, paths }: ModelFolder): Promise<BioGptTokenizer> {
  const [vocab, merges] = await Promise.all([readFile(paths.vocab, 'utf8'), readFile(paths.merges, 'utf8')]);
  const { normalizePunctuation, added = [] } = description.tokenizer;
  try {
    return BioGptTokenizer.fromFiles(vocab, merges, { normalizePunctuation, addedTokens: added });
  } catch (error) {
    const problem = phrase`has a tokenizer that cannot be read (${(error as Error).message}).`;
    throw new ModelError(dir, problem, phrase`Download or convert the model again.`, { cause: error });
  }
}

import { readdir } from 'node:fs/promises';
import { asModelError, ModelError } from '../../modelFolder/modelError';
import { openFairseqFolder } from './fairseqFolder';
import { CONFIG_FILE, fairseqCheckpoints, isPartOfModel, WHAT_A_SOURCE_HOLDS } from '../../modelFolder/checkpointFiles';
import { openHuggingFaceFolder } from './huggingFaceFolder';
import type { SourceFolder } from './sourceFolder';
import { phrase } from '../../modelFolder/phrase';

/**
 * Opens a folder that holds a BioGPT model in Hugging Face's form (`config.json`) or in fairseq's
 * (`checkpoint*.pt`) and checks that its parts fit together.
 * @throws ModelError naming the file and what is wrong with it
 */
export async function openSourceFolder(dir: string): Promise<SourceFolder> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR')
      throw new ModelError(dir, phrase`is not a folder.`, WHAT_A_SOURCE_HOLDS, { cause: error });
    throw asModelError(dir, error);
  });
  if (!names.includes(CONFIG_FILE) && fairseqCheckpoints(names).length > 0) return openFairseqFolder(dir, names);
  if (names.some(isPartOfModel)) return openHuggingFaceFolder(dir);
  throw new ModelError(dir, phrase`contains no model that the extension can read.`, WHAT_A_SOURCE_HOLDS);
}

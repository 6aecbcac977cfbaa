import { stat } from 'node:fs/promises';
import { asModelError, ModelError } from '../errors';
import { openHuggingFaceFolder } from './huggingFaceFolder';
import type { SourceFolder } from './sourceFolder';

/**
 * Opens a folder that holds a BioGPT model and checks that its parts fit together.
 * @throws ModelError naming the file and what is wrong with it
 */
export async function openSourceFolder(dir: string): Promise<SourceFolder> {
  const isFolder = await stat(dir).then(
    (stats) => stats.isDirectory(),
    (error: unknown) => {
      throw asModelError(dir, error);
    },
  );
  if (!isFolder) {
    throw new ModelError(dir, 'is not a folder.', 'Name the folder that holds config.json and the weights.');
  }
  return openHuggingFaceFolder(dir);
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelShape } from '../../library/catalogue/estimate';
import { readConfig } from '../../modelFolder/checkpointConfig';
import type { Architecture } from '../../modelFolder/format';

/** The shape of a checkpoint in a Hugging Face folder; undefined for anything else, which only conversion reads. */
export async function localShape(path: string): Promise<ModelShape | undefined> {
  const config = join(path, 'config.json');
  try {
    const { architecture } = readConfig(config, await readFile(config, 'utf8'));
    return { architecture, parameters: parametersOf(architecture) };
  } catch {
    return undefined;
  }
}

/** Unique parameters of a BioGPT network of this shape (its LM head is its embedding). */
export function parametersOf({ hiddenSize: h, layers, ffnSize, maxPositions, vocabSize }: Architecture): number {
  const attention = 4 * (h * h + h);
  const feedForward = 2 * h * ffnSize + ffnSize + h;
  const norm = 2 * h;
  // Two rows of the position table come before the first position.
  return (vocabSize + maxPositions + 2) * h + layers * (attention + feedForward + 2 * norm) + norm;
}

import { join } from 'node:path';
import { MODEL_DESCRIPTION_FILE } from '../../model/format';

export interface ModelChoice {
  /** Folder to load. */
  modelDir: string;
  /** The configured folder, when it holds no model and the starter stands in for it. */
  missing?: string;
}

/**
 * The folder of the model to load: the configured one, or the starter that comes with the
 * extension when none is configured or the configured one is gone.
 * @param exists tells whether a file is there
 */
export function chooseModel(configured: string, starterDir: string, exists: (file: string) => boolean): ModelChoice {
  if (!configured) return { modelDir: starterDir };
  if (exists(join(configured, MODEL_DESCRIPTION_FILE))) return { modelDir: configured };
  return { modelDir: starterDir, missing: configured };
}

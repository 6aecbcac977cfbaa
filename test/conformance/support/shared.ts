import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Located } from './missing';

export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/**
 * Test data that stays out of the repository: the published vocabulary of BioGPT and openly licensed
 * prose. It is looked for in the folder named by `BIOGPT_SHARED`, else in `shared` beside the repository.
 *
 * @param name path inside that folder, e.g. `biogpt-vocabulary` or `corpus/valid.jsonl.xz`.
 */
export function sharedData(name: string): Located {
  const folder = process.env['BIOGPT_SHARED'] ?? resolve(repositoryRoot, '../shared');
  const path = join(folder, name);
  return existsSync(path)
    ? { path }
    : { missing: `no ${name} in ${folder}; name the folder that has it in the environment variable BIOGPT_SHARED` };
}

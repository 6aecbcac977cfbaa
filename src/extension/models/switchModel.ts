import { join } from 'node:path';
import type { InstalledModel } from '../../library/installation/types';
import { isChosen } from './chosenModel';
import type { ModelContext } from './context';

/** Uses a model from now on, without asking anything. */
export async function setModel(context: ModelContext, model: InstalledModel): Promise<void> {
  const value = settingFor(context, model);
  if (value === context.settings().use) context.restart();
  else await context.use(value);
}

/** Uses the starter if `model` is the one in use. */
export async function switchAway(
  { settings, use }: Pick<ModelContext, 'settings' | 'use'>,
  model: Pick<InstalledModel, 'name' | 'dir'>,
): Promise<void> {
  if (isChosen(settings().use, model)) await use('');
}

/** The value of `biogpt.model.use` that names a model. */
function settingFor({ starterDir, roots }: ModelContext, { name, dir }: InstalledModel): string {
  if (dir === starterDir) return '';
  return roots().some((root) => join(root, name) === dir) ? name : dir;
}

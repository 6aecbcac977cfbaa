import { basename } from 'node:path';
import { totalmem } from 'node:os';
import * as vscode from 'vscode';
import { defaultPrecision, estimate } from '../../library/catalogue/estimate';
import type { InstalledModel } from '../../library/install/types';
import { openModelFolder } from '../../modelFolder/modelFolder';
import type { ModelBackend } from './backend';
import { candidates, isPath } from './chosenModel';
import type { Installations } from './installations';
import type { ModelListing } from './modelItems';

/** Gathers what there is to choose from; asks the disk, never the network. */
export async function listModels(
  { store, catalogue, settings }: ModelBackend, starterDir: string, { running }: Installations,
): Promise<ModelListing> {
  const [starter, { models, damaged }, unfinished] = await Promise.all([
    readModel(starterDir), store.list(), store.unfinished(),
  ]);
  const elsewhere = await chosenElsewhere(settings.use, [starter, ...models]);
  const memory = totalmem();
  return {
    use: settings.use,
    starter,
    installed: models,
    damaged,
    elsewhere,
    known: catalogue.models,
    unfinished,
    running,
    downloadsAllowed: settings.allowDownloads,
    hubHost: hostOf(settings.hubEndpoint),
    need: (model) => {
      const precision = defaultPrecision(model, memory);
      return { precision, ...estimate(model, precision) };
    },
    // Native dialogs of Windows and Linux pick one or the other; the editor's own, used remotely, picks both.
    filesBesideFolders: process.platform === 'darwin' || vscode.env.remoteName !== undefined,
  };
}

/** A finished model folder outside of the store. @throws ModelError saying what is wrong with it */
export async function readModel(path: string): Promise<InstalledModel> {
  const { dir, description, bytes } = await openModelFolder(path);
  return { name: basename(dir), dir, description, bytes, shared: true };
}

export function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
}

async function chosenElsewhere(use: string, models: readonly InstalledModel[]): Promise<InstalledModel | undefined> {
  if (!isPath(use)) return undefined;
  const [path] = candidates(use, []);
  if (models.some(({ dir }) => dir === path)) return undefined;
  return readModel(path!).catch(() => undefined);
}

import { totalmem } from 'node:os';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { defaultPrecision, estimate, type Need } from '../../library/catalogue/estimate';
import type { KnownModel } from '../../library/catalogue/knownModel';
import type { DamagedModel, UnfinishedInstall } from '../../library/installation/modelStore';
import type { InstalledModel } from '../../library/installation/types';
import type { Precision } from '../../modelFolder/format';
import { openModelFolder } from '../../modelFolder/modelFolder';
import type { ModelBackend } from './backend';
import { candidates, isPath } from './chosenModel';
import type { Installation, Installations } from './installations';

/** What there is to choose from. */
export interface ModelListing {
  /** The value of `biogpt.model.use`. */
  use: string;
  starter: InstalledModel;
  installed: readonly InstalledModel[];
  damaged: readonly DamagedModel[];
  /** The model whose folder the setting names by its path, if it is in no models folder. */
  elsewhere: InstalledModel | undefined;
  known: readonly KnownModel[];
  unfinished: readonly UnfinishedInstall[];
  running: readonly Installation[];
  downloadsAllowed: boolean;
  /** Host of the Hub, such as `huggingface.co`. */
  hubHost: string;
  /** What a known model needs in the precision that suits this machine. */
  need(model: KnownModel): Need & { precision: Precision };
  /** One dialog of this editor can pick a file as well as a folder. */
  filesBesideFolders: boolean;
  /** Host of the server that computes. */
  server?: string;
}

/** Gathers what there is to choose from; asks the disk, never the network. */
export async function listModels(
  { store, catalogue, settings }: ModelBackend,
  starterDir: string,
  { running }: Installations,
): Promise<ModelListing> {
  const [starter, { models, damaged }, unfinished] = await Promise.all([
    readModel(starterDir),
    store.list(),
    store.unfinished(),
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

/** Whether the catalogue has another revision of a known model than the one installed. */
export function isOutdated({ description: { origin }, shared }: InstalledModel, known: readonly KnownModel[]): boolean {
  if (shared || origin?.knownModel === undefined || origin.revision === undefined) return false;
  const now = known.find(({ id }) => id === origin.knownModel)?.revision;
  return now !== undefined && !sameRevision(now, origin.revision);
}

/** Whether two commits are the same; either may be abbreviated. */
export function sameRevision(one: string, other: string | undefined): boolean {
  return other !== undefined && (one.startsWith(other) || other.startsWith(one));
}

async function chosenElsewhere(use: string, models: readonly InstalledModel[]): Promise<InstalledModel | undefined> {
  if (!isPath(use)) return undefined;
  const [path] = candidates(use, []);
  if (models.some(({ dir }) => dir === path)) return undefined;
  return readModel(path!).catch(() => undefined);
}

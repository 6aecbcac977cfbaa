import type { Need } from '../../library/catalogue/estimate';
import type { KnownModel } from '../../library/catalogue/knownModel';
import type { Precision } from '../../modelFolder/format';
import type { DamagedModel, UnfinishedInstall } from '../../library/install/modelStore';
import type { InstalledModel } from '../../library/install/types';
import { isChosen } from './chosenModel';
import type { Installation } from './installations';
import { withoutPath } from './problems';
import { progressText } from './progressText';
import { sameRevision, sameSource, sourceLabel } from './sources';
import { formatBytes, formatPercent } from './units';

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
}

/** What picking an item does. */
export type ModelAction =
  | { kind: 'use'; model: InstalledModel }
  | { kind: 'repair'; model: DamagedModel }
  | { kind: 'watch'; installation: Installation }
  | { kind: 'resume'; install: UnfinishedInstall }
  | { kind: 'install'; model: KnownModel }
  | { kind: 'forbidden' }
  | { kind: 'browse'; what: 'fileOrFolder' | 'folder' | 'file' }
  | { kind: 'hub' };

/** What a button of an item does to it. */
export type ModelButton =
  | { kind: 'verify' | 'update' | 'delete'; model: InstalledModel }
  | { kind: 'deleteDamaged'; model: DamagedModel }
  | { kind: 'show'; dir: string }
  | { kind: 'discard'; install: UnfinishedInstall }
  | { kind: 'pause' | 'cancel'; installation: Installation };

export type ModelItem =
  | { kind: 'separator'; label: string }
  | {
      kind: 'item';
      /** One of the editor's. */
      icon: string;
      label: string;
      description: string;
      detail?: string;
      action: ModelAction;
      buttons: ModelButton[];
    };

/** The icon of the model in use. */
export const IN_USE = 'check';

/** The list of *Choose Model…*, in the order it is shown. */
export function modelItems(listing: ModelListing): ModelItem[] {
  return [
    { kind: 'separator', label: 'On this machine' },
    starterItem(listing),
    ...listing.installed.map((model) => installedItem(model, listing)),
    ...(listing.elsewhere ? [installedItem(listing.elsewhere, listing)] : []),
    ...listing.damaged.map(damagedItem),
    ...installable(listing),
    { kind: 'separator', label: 'Other' },
    ...otherItems(listing),
  ];
}

function starterItem({ starter, use }: ModelListing): ModelItem {
  return {
    kind: 'item',
    icon: use === '' ? IN_USE : 'blank',
    label: starter.description.name,
    description: facts(starter.description.precision, formatBytes(starter.bytes), use === '' && 'in use'),
    detail: 'Comes with the extension: small, quick and always there.',
    action: { kind: 'use', model: starter },
    buttons: [{ kind: 'verify', model: starter }, { kind: 'show', dir: starter.dir }],
  };
}

function installedItem(model: InstalledModel, { use, known, elsewhere }: ModelListing): ModelItem {
  const { description, bytes, dir, shared } = model;
  const chosen = isChosen(use, model);
  const outdated = isOutdated(model, known);
  const buttons: ModelButton[] = [{ kind: 'verify', model }, { kind: 'show', dir }];
  if (outdated) buttons.push({ kind: 'update', model });
  if (!shared && model !== elsewhere) buttons.push({ kind: 'delete', model });
  return {
    kind: 'item',
    icon: chosen ? IN_USE : 'blank',
    label: description.name,
    description: facts(
      description.precision, formatBytes(bytes), shared && 'shared', outdated && 'update available', chosen && 'in use',
    ),
    detail: facts(description.source, description.licence !== 'unknown' && description.licence),
    action: { kind: 'use', model },
    buttons,
  };
}

function damagedItem(model: DamagedModel): ModelItem {
  return {
    kind: 'item',
    icon: 'warning',
    label: folderName(model.dir),
    description: 'cannot be used',
    detail: withoutPath(model.problem, model.dir),
    action: { kind: 'repair', model },
    buttons: [{ kind: 'show', dir: model.dir }, { kind: 'deleteDamaged', model }],
  };
}

function installable(listing: ModelListing): ModelItem[] {
  const { known, running, unfinished } = listing;
  const items = [
    ...running.map(runningItem),
    ...known.flatMap((model) => knownItem(model, listing)),
    ...unfinished
      .filter(({ source }) => source.kind !== 'known' && !isRunning(source, running))
      .map((install) => unfinishedItem(install, listing)),
  ];
  return items.length > 0 ? [{ kind: 'separator', label: 'Can be installed' }, ...items] : [];
}

function runningItem(installation: Installation): ModelItem {
  const { label, request, progress } = installation;
  const buttons: ModelButton[] = [{ kind: 'cancel', installation }];
  if (canPause(installation)) buttons.unshift({ kind: 'pause', installation });
  return {
    kind: 'item',
    icon: 'sync~spin',
    label,
    description: facts(request.precision, 'being installed'),
    detail: progressText(progress, label, request),
    action: { kind: 'watch', installation },
    buttons,
  };
}

function knownItem(model: KnownModel, listing: ModelListing): ModelItem[] {
  const { running, unfinished, downloadsAllowed, need } = listing;
  const source = { kind: 'known', id: model.id } as const;
  if (isRunning(source, running)) return [];
  const begun = unfinished.find((install) => sameSource(install.source, source));
  if (begun) return [unfinishedItem(begun, listing)];
  const { precision, diskBytes, memoryBytes } = need(model);
  return [
    {
      kind: 'item',
      icon: downloadsAllowed ? 'cloud-download' : 'circle-slash',
      label: model.name,
      description: downloadsAllowed
        ? facts(`${formatBytes(model.downloadBytes)} to download`, model.licence)
        : facts('downloads are turned off', model.licence),
      // Only the beginning of a long line is seen: what decides comes first.
      detail:
        `Needs ${formatBytes(diskBytes)} of disk, ${formatBytes(memoryBytes)} of memory (${precision}). ` +
        model.summary,
      action: downloadsAllowed ? { kind: 'install', model } : { kind: 'forbidden' },
      buttons: [],
    },
  ];
}

function unfinishedItem(install: UnfinishedInstall, { known, downloadsAllowed }: ModelListing): ModelItem {
  const { source, precision, doneBytes, totalBytes, busy } = install;
  const whole = totalBytes > 0 && doneBytes >= totalBytes;
  const possible = downloadsAllowed || whole;
  const here = whole ? 'Everything is downloaded' : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)} are here`;
  const share = totalBytes > 0 ? formatPercent(doneBytes / totalBytes) : '0 %';
  return {
    kind: 'item',
    icon: possible ? 'cloud-download' : 'circle-slash',
    label: sourceLabel(source, known),
    description: busy
      ? 'being installed by another window'
      : facts(precision, `${share} downloaded`, !possible && 'downloads are turned off'),
    detail: busy
      ? 'Pick it to wait for it.'
      : `${here}; pick it to resume.`,
    action: possible || busy ? { kind: 'resume', install } : { kind: 'forbidden' },
    buttons: busy ? [] : [{ kind: 'discard', install }],
  };
}

function otherItems({ downloadsAllowed, hubHost, filesBesideFolders }: ModelListing): ModelItem[] {
  const browse = (what: 'fileOrFolder' | 'folder' | 'file', label: string, detail: string): ModelItem => ({
    kind: 'item', icon: 'folder-opened', label, description: '', detail, action: { kind: 'browse', what }, buttons: [],
  });
  const folders = 'A checkpoint or a finished model; needs no network.';
  const items = filesBesideFolders
    ? [browse('fileOrFolder', 'From a File or Folder…', 'A checkpoint, also as .tgz, or a finished model; needs no network.')]
    : [
        browse('folder', 'From a Folder…', folders),
        browse('file', 'From a File…', 'A .tgz with a checkpoint; needs no network.'),
      ];
  if (downloadsAllowed) {
    items.push({
      kind: 'item',
      icon: 'globe',
      label: 'From the Hub…',
      description: '',
      detail: `Any repository of model type biogpt on ${hubHost}.`,
      action: { kind: 'hub' },
      buttons: [],
    });
  }
  return items;
}

/** Whether the catalogue has another revision of a known model than the one installed. */
export function isOutdated({ description: { origin }, shared }: InstalledModel, known: readonly KnownModel[]): boolean {
  if (shared || origin?.knownModel === undefined || origin.revision === undefined) return false;
  const now = known.find(({ id }) => id === origin.knownModel)?.revision;
  return now !== undefined && !sameRevision(now, origin.revision);
}

/** Whether pausing makes sense: work on this machine alone is stopped, not paused. */
export function canPause({ request, progress }: Installation): boolean {
  const fetching = progress === null || progress.phase === 'resolve' || progress.phase === 'download';
  return fetching && request.source.kind !== 'local';
}

function isRunning(source: UnfinishedInstall['source'], running: readonly Installation[]): boolean {
  return running.some(({ request }) => sameSource(request.source, source));
}

function facts(...parts: (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join(' · ');
}

function folderName(dir: string): string {
  return dir.split(/[/\\]/).at(-1) ?? dir;
}

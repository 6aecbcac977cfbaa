import * as vscode from 'vscode';
import type { KnownModel } from '../../library/catalogue/knownModel';
import type { DamagedModel, UnfinishedInstall } from '../../library/installation/modelStore';
import type { InstalledModel } from '../../library/installation/types';
import { formatBytes, formatPercent } from '../units';
import { wordedPhrase, wordedWithoutPath } from '../wording';
import { isChosen } from './chosenModel';
import { canPause, sameSource, sourceLabel, type Installation } from './installations';
import { isOutdated, type ModelListing } from './modelList';
import { progressText } from './progress';

/** What picking an item does. */
export type ModelAction =
  | { kind: 'use'; model: InstalledModel }
  | { kind: 'repair'; model: DamagedModel }
  | { kind: 'watch'; installation: Installation }
  | { kind: 'resume'; install: UnfinishedInstall }
  | { kind: 'install'; model: KnownModel }
  | { kind: 'forbidden' }
  | { kind: 'browse'; what: 'fileOrFolder' | 'folder' | 'file' }
  | { kind: 'hub' }
  | { kind: 'connect' | 'disconnect' };

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
    { kind: 'separator', label: vscode.l10n.t('Installed') },
    starterItem(listing),
    ...listing.installed.map((model) => installedItem(model, listing)),
    ...(listing.elsewhere ? [installedItem(listing.elsewhere, listing)] : []),
    ...listing.damaged.map(damagedItem),
    ...installable(listing),
    { kind: 'separator', label: vscode.l10n.t('Models from other sources') },
    ...otherItems(listing),
    { kind: 'separator', label: vscode.l10n.t('Where the model runs') },
    serverItem(listing),
  ];
}

function serverItem({ server }: ModelListing): ModelItem {
  const item = { kind: 'item', icon: 'server' } as const;
  return server === undefined
    ? {
        ...item,
        label: vscode.l10n.t('Connect to a Server…'),
        description: '',
        detail: vscode.l10n.t('The model in use then runs on an inference server, to which your text is sent.'),
        action: { kind: 'connect' },
        buttons: [],
      }
    : {
        ...item,
        label: vscode.l10n.t('Disconnect from {0}', server),
        description: '',
        detail: vscode.l10n.t('The model in use then runs on this computer.'),
        action: { kind: 'disconnect' },
        buttons: [],
      };
}

function starterItem({ starter, use }: ModelListing): ModelItem {
  return {
    kind: 'item',
    icon: use === '' ? IN_USE : 'blank',
    label: starter.description.name,
    description: facts(
      starter.description.precision,
      formatBytes(starter.bytes),
      use === '' && vscode.l10n.t('in use'),
    ),
    detail: vscode.l10n.t('Included with the extension. Small and fast.'),
    action: { kind: 'use', model: starter },
    buttons: [
      { kind: 'verify', model: starter },
      { kind: 'show', dir: starter.dir },
    ],
  };
}

function installedItem(model: InstalledModel, { use, known, elsewhere }: ModelListing): ModelItem {
  const { description, bytes, dir, shared } = model;
  const chosen = isChosen(use, model);
  const outdated = isOutdated(model, known);
  const buttons: ModelButton[] = [
    { kind: 'verify', model },
    { kind: 'show', dir },
  ];
  if (outdated) buttons.push({ kind: 'update', model });
  if (!shared && model !== elsewhere) buttons.push({ kind: 'delete', model });
  return {
    kind: 'item',
    icon: chosen ? IN_USE : 'blank',
    label: description.name,
    description: facts(
      description.precision,
      formatBytes(bytes),
      shared && vscode.l10n.t('shared'),
      outdated && vscode.l10n.t('update available'),
      chosen && vscode.l10n.t('in use'),
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
    description: vscode.l10n.t('cannot be used'),
    detail: wordedWithoutPath(model.error, model.dir),
    action: { kind: 'repair', model },
    buttons: [
      { kind: 'show', dir: model.dir },
      { kind: 'deleteDamaged', model },
    ],
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
  return items.length > 0 ? [{ kind: 'separator', label: vscode.l10n.t('Available to install') }, ...items] : [];
}

function runningItem(installation: Installation): ModelItem {
  const { label, request, progress } = installation;
  const buttons: ModelButton[] = [{ kind: 'cancel', installation }];
  if (canPause(installation)) buttons.unshift({ kind: 'pause', installation });
  return {
    kind: 'item',
    icon: 'sync~spin',
    label,
    description: facts(request.precision, vscode.l10n.t('installing')),
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
  // Only the beginning of a long line is seen: what decides comes first.
  const needs = vscode.l10n.t(
    'Needs {0} on disk, {1} of memory ({2}).',
    formatBytes(diskBytes),
    formatBytes(memoryBytes),
    precision,
  );
  return [
    {
      kind: 'item',
      icon: downloadsAllowed ? 'cloud-download' : 'circle-slash',
      label: model.name,
      description: downloadsAllowed
        ? facts(vscode.l10n.t('{0} download', formatBytes(model.downloadBytes)), model.licence)
        : facts(vscode.l10n.t('downloads are turned off'), model.licence),
      detail: `${needs} ${wordedPhrase(model.summary)}`,
      action: downloadsAllowed ? { kind: 'install', model } : { kind: 'forbidden' },
      buttons: [],
    },
  ];
}

function unfinishedItem(install: UnfinishedInstall, { known, downloadsAllowed }: ModelListing): ModelItem {
  const { source, precision, doneBytes, totalBytes, busy } = install;
  const whole = totalBytes > 0 && doneBytes >= totalBytes;
  const possible = downloadsAllowed || whole;
  const share = formatPercent(totalBytes > 0 ? doneBytes / totalBytes : 0);
  const item = { kind: 'item', label: sourceLabel(source, known) } as const;
  if (busy) {
    return {
      ...item,
      icon: 'cloud-download',
      description: vscode.l10n.t('installing in another VS Code window'),
      detail: vscode.l10n.t('Select to show the progress of its installation.'),
      action: { kind: 'resume', install },
      buttons: [],
    };
  }
  return {
    ...item,
    icon: possible ? 'cloud-download' : 'circle-slash',
    description: facts(
      precision,
      vscode.l10n.t('{0} downloaded', share),
      !possible && vscode.l10n.t('downloads are turned off'),
    ),
    detail: whole
      ? vscode.l10n.t('Everything is downloaded. Select to finish the installation.')
      : vscode.l10n.t(
          '{0} of {1} downloaded. Select to resume.',
          formatBytes(doneBytes),
          formatBytes(totalBytes),
        ),
    action: possible ? { kind: 'resume', install } : { kind: 'forbidden' },
    buttons: [{ kind: 'discard', install }],
  };
}

function otherItems({ downloadsAllowed, hubHost, filesBesideFolders }: ModelListing): ModelItem[] {
  const browse = (what: 'fileOrFolder' | 'folder' | 'file', label: string, detail: string): ModelItem => ({
    kind: 'item',
    icon: 'folder-opened',
    label,
    description: '',
    detail,
    action: { kind: 'browse', what },
    buttons: [],
  });
  const items = filesBesideFolders
    ? [
        browse(
          'fileOrFolder',
          vscode.l10n.t('Install from File or Folder…'),
          vscode.l10n.t('A checkpoint, .tgz archive, or converted model. Works offline.'),
        ),
      ]
    : [
        browse(
          'folder',
          vscode.l10n.t('Install from Folder…'),
          vscode.l10n.t('A checkpoint or converted model. Works offline.'),
        ),
        browse('file', vscode.l10n.t('Install from File…'), vscode.l10n.t('A checkpoint as a .tgz file. Works offline.')),
      ];
  if (downloadsAllowed) {
    items.push({
      kind: 'item',
      icon: 'globe',
      label: vscode.l10n.t('Install from Hugging Face…'),
      description: '',
      detail: vscode.l10n.t('Any repository on {0} that contains a BioGPT model.', hubHost),
      action: { kind: 'hub' },
      buttons: [],
    });
  }
  return items;
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

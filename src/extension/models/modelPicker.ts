import * as vscode from 'vscode';
import type { InstalledModel } from '../../library/installation/types';
import { formatBytes } from '../units';
import { isChosen } from './chosenModel';
import { labelOf } from './context';
import { IN_USE, modelItems, type ModelAction, type ModelButton, type ModelItem } from './modelItems';
import type { ModelListing } from './modelList';

/** What its user has picked: an item, or a button on one. */
export type Picked = { action: ModelAction } | { button: ModelButton };

interface Row extends vscode.QuickPickItem {
  action?: ModelAction;
  inUse?: boolean;
}

class Button implements vscode.QuickInputButton {
  readonly iconPath: vscode.ThemeIcon;
  readonly tooltip: string;

  constructor(readonly button: ModelButton) {
    const { icon, tooltip } = faceOf(button.kind);
    this.iconPath = new vscode.ThemeIcon(icon);
    this.tooltip = tooltip;
  }
}

function faceOf(kind: ModelButton['kind']): { icon: string; tooltip: string } {
  switch (kind) {
    case 'verify':
      return { icon: 'verified', tooltip: vscode.l10n.t('Verify') };
    case 'show':
      return { icon: 'folder', tooltip: vscode.l10n.t('Open Folder') };
    case 'update':
      return { icon: 'arrow-circle-up', tooltip: vscode.l10n.t('Update…') };
    case 'delete':
    case 'deleteDamaged':
      return { icon: 'trash', tooltip: vscode.l10n.t('Delete…') };
    case 'discard':
      return { icon: 'trash', tooltip: vscode.l10n.t('Discard Downloaded Files') };
    case 'pause':
      return { icon: 'debug-pause', tooltip: vscode.l10n.t('Pause Download') };
    case 'cancel':
      return { icon: 'close', tooltip: vscode.l10n.t('Cancel Installation') };
  }
}

/**
 * Shows the list of models.
 * @param listing on its way: the list says so until it is there
 * @returns undefined if it is called off
 */
export function pickModel(listing: Promise<ModelListing>): Promise<Picked | undefined> {
  const list = vscode.window.createQuickPick<Row>();
  list.title = vscode.l10n.t('Choose a Model');
  // Nobody has run the published weights where this was built: said before one is downloaded.
  list.placeholder = vscode.l10n.t('This version is not yet tested with the published models. Each is checked when you install it.');
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.busy = true;
  list.show();
  return new Promise<Picked | undefined>((resolve, reject) => {
    list.onDidAccept(() => {
      const [row] = list.selectedItems;
      if (row?.action) resolve({ action: row.action });
    });
    list.onDidTriggerItemButton(({ button }) => {
      if (button instanceof Button) resolve({ button: button.button });
    });
    list.onDidHide(() => resolve(undefined));
    listing.then((models) => {
      list.items = modelItems(models).map(asRow);
      list.activeItems = list.items.filter(({ inUse }) => inUse);
      list.busy = false;
    }, reject);
  }).finally(() => list.dispose());
}

function asRow(item: ModelItem): Row {
  if (item.kind === 'separator') return { label: item.label, kind: vscode.QuickPickItemKind.Separator };
  const { icon, label, description, detail, action, buttons } = item;
  return {
    // Beside the label, not in it: a screen reader would read its name.
    iconPath: new vscode.ThemeIcon(icon),
    label,
    description,
    ...(detail !== undefined && { detail }),
    action,
    inUse: icon === IN_USE,
    buttons: buttons.map((button) => new Button(button)),
  };
}

/** Asks for one of the models that are here. @param use the value of `biogpt.model.use` */
export async function pickInstalled(
  title: string,
  models: readonly InstalledModel[],
  use: string,
  starter: InstalledModel,
): Promise<InstalledModel | undefined> {
  const inUseFirst = [...models].sort((one, other) => Number(isChosen(use, other)) - Number(isChosen(use, one)));
  const items = inUseFirst.map((model) => {
    const inUse = model === starter ? use === '' : isChosen(use, model);
    const size = formatBytes(model.bytes);
    return { label: labelOf(model), description: inUse ? vscode.l10n.t('{0} · in use', size) : size, model };
  });
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.model;
}

/** The only one, or the one that is picked. */
export async function pickOne<T>(
  title: string,
  all: readonly T[],
  face: (each: T) => vscode.QuickPickItem,
): Promise<T | undefined> {
  if (all.length <= 1) return all[0];
  return (await vscode.window.showQuickPick(all.map((each) => ({ ...face(each), each })), { title }))?.each;
}

import * as vscode from 'vscode';
import { IN_USE, modelItems, type ModelAction, type ModelButton, type ModelItem, type ModelListing } from './modelItems';

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
    const { icon, tooltip } = FACES[button.kind];
    this.iconPath = new vscode.ThemeIcon(icon);
    this.tooltip = tooltip;
  }
}

const FACES: Record<ModelButton['kind'], { icon: string; tooltip: string }> = {
  verify: { icon: 'verified', tooltip: 'Verify' },
  show: { icon: 'folder', tooltip: 'Show on Disk' },
  update: { icon: 'arrow-circle-up', tooltip: 'Update…' },
  delete: { icon: 'trash', tooltip: 'Delete…' },
  deleteDamaged: { icon: 'trash', tooltip: 'Delete…' },
  discard: { icon: 'trash', tooltip: 'Discard What Was Downloaded' },
  pause: { icon: 'debug-pause', tooltip: 'Pause Download' },
  cancel: { icon: 'close', tooltip: 'Cancel' },
};

/**
 * Shows the list of models.
 * @param listing on its way: the list says so until it is there
 * @returns undefined if it is called off
 */
export function pickModel(listing: Promise<ModelListing>): Promise<Picked | undefined> {
  const list = vscode.window.createQuickPick<Row>();
  list.title = 'Choose a Model';
  list.placeholder = 'The model that writes suggestions and descriptions on this machine';
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

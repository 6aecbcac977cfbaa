import * as v from 'valibot';
import * as vscode from 'vscode';
import { SidePanel, type PanelHandlers } from '../panel/sidePanel';
import { miningHtml } from './panelHtml';
import type { MiningView } from './view';

const row = v.string();
/** What the panel's page may ask for. */
const panelAction = v.variant('do', [
  v.object({ do: v.picklist(['stop', 'again', 'insert', 'copy', 'unmark']) }),
  /** Marks a row's evidence in the document, or goes there. */
  v.object({ do: v.picklist(['mark', 'go']), row }),
  v.object({ do: v.picklist(['accept', 'reject']), row }),
  v.object({
    do: v.literal('export'),
    format: v.picklist(['tsv', 'jsonl', 'brat', 'pubtator', 'bioc-json', 'doccano', 'pubannotation']),
  }),
]);
export type PanelAction = v.InferOutput<typeof panelAction>;

export type MiningPanel = SidePanel<MiningView, PanelAction>;

/** The panel beside the editor that shows what a model has read from a text. */
export function miningPanel(extensionUri: vscode.Uri, handlers: PanelHandlers<PanelAction>): MiningPanel {
  return new SidePanel(
    {
      viewType: 'biogpt.mining',
      title: vscode.l10n.t('Relations'),
      titleOf: (view: MiningView) => view.title,
      media: 'mining',
      html: miningHtml,
      action: panelAction,
    },
    extensionUri,
    handlers,
  );
}

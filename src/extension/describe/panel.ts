import * as v from 'valibot';
import * as vscode from 'vscode';
import { SidePanel, type PanelHandlers } from '../panel/sidePanel';
import { panelHtml } from './panelHtml';
import type { PanelView } from './view';

const entry = v.pipe(v.number(), v.integer());
/** What the panel's page may ask for. */
const panelAction = v.variant('do', [
  v.object({ do: v.picklist(['stop', 'ask', 'regenerate', 'choose', 'sources']) }),
  v.object({ do: v.literal('cite'), form: v.picklist(['none', 'parentheses', 'footnote', 'bibliography']) }),
  /** Opens the address of a definition. */
  v.object({ do: v.literal('open'), entry }),
  /** Of a definition, else of the model's text. */
  v.object({ do: v.picklist(['insert', 'copy']), entry: v.optional(entry) }),
]);
export type PanelAction = v.InferOutput<typeof panelAction>;

export type DescribePanel = SidePanel<PanelView, PanelAction>;

/** The panel beside the editor that says what a term means. */
export function describePanel(extensionUri: vscode.Uri, handlers: PanelHandlers<PanelAction>): DescribePanel {
  return new SidePanel(
    {
      viewType: 'biogpt.description',
      title: vscode.l10n.t('Describe Term'),
      titleOf: (view: PanelView) => view.term,
      media: 'describe',
      html: panelHtml,
      action: panelAction,
    },
    extensionUri,
    handlers,
  );
}

import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Failures } from '../failures';
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

/** The panel beside the editor that shows what a model has read from a text. */
export class MiningPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private view: MiningView | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly onAction: (action: PanelAction) => void,
    private readonly onClose: () => void,
    private readonly failures: Failures,
  ) {}

  show(view: MiningView): void {
    this.view = view;
    this.panel ??= this.open();
    this.panel.title = view.title;
    this.failures.watch(this.panel.webview.postMessage(view));
  }

  /** Brings the panel to the front; the cursor stays in the editor. */
  reveal(): void {
    this.panel?.reveal(undefined, true);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const media = vscode.Uri.joinPath(this.extensionUri, 'media');
    const panel = vscode.window.createWebviewPanel(
      'biogpt.mining',
      vscode.l10n.t('Relations'),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [] },
    );
    panel.iconPath = vscode.Uri.joinPath(media, 'icon.png');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      // The page loads anew whenever it was hidden, and asks for what it should show.
      if (message === 'ready') {
        this.failures.watch(panel.webview.postMessage(this.view));
        return;
      }
      const action = v.safeParse(panelAction, message);
      if (action.success) this.onAction(action.output);
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.onClose();
    });
    this.failures.watch(this.fill(panel, media));
    return panel;
  }

  private async fill(panel: vscode.WebviewPanel, media: vscode.Uri): Promise<void> {
    const read = async (name: string): Promise<string> =>
      new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(media, name)));
    const [style, script] = await Promise.all([read('mining.css'), read('mining.js')]);
    if (this.panel === panel)
      panel.webview.html = miningHtml({ nonce: randomBytes(16).toString('base64'), style, script });
  }
}

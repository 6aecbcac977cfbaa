import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Failures } from '../failures';
import { panelHtml } from './panelHtml';

/** Everything the view shows; sent whole each time, so that view and host cannot drift apart. */
export interface DescriptionView {
  term: string;
  text: string;
  phase: 'writing' | 'done' | 'stopped' | 'failed';
  /** One sentence on what is going on or went wrong; read out by screen readers. */
  message: string;
  /** Which model, decoded how. */
  provenance: string;
  canInsert: boolean;
}

export type PanelAction = 'insert' | 'copy' | 'regenerate' | 'stop';
const ACTIONS: readonly string[] = ['insert', 'copy', 'regenerate', 'stop'] satisfies PanelAction[];

/** The view beside the editor in which a description is written. */
export class DescribePanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private view: DescriptionView | undefined;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly onAction: (action: PanelAction) => void,
    private readonly onClose: () => void,
    private readonly failures: Failures,
  ) {}

  show(view: DescriptionView): void {
    this.view = view;
    this.panel ??= this.open();
    this.panel.title = view.term;
    this.failures.watch(this.panel.webview.postMessage(view));
  }

  /** Brings the view to the front; the cursor stays in the editor. */
  reveal(): void {
    this.panel?.reveal(undefined, true);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const media = vscode.Uri.joinPath(this.extensionUri, 'media');
    const panel = vscode.window.createWebviewPanel(
      'biogpt.description',
      vscode.l10n.t('Description'),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [] },
    );
    panel.iconPath = vscode.Uri.joinPath(media, 'icon.png');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      // The view loads anew whenever it was hidden, and asks for what it should show.
      if (message === 'ready') this.failures.watch(panel.webview.postMessage(this.view));
      else if (typeof message === 'string' && ACTIONS.includes(message)) this.onAction(message as PanelAction);
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
    const [style, script] = await Promise.all([read('describe.css'), read('describe.js')]);
    if (this.panel === panel)
      panel.webview.html = panelHtml({ nonce: randomBytes(16).toString('base64'), style, script });
  }
}

import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { Failures } from '../failures';
import type { PageSources } from './page';

/** What is particular to one panel. */
export interface PanelKind<View, Action> {
  /** VS Code's name for it. */
  viewType: string;
  /** Of its tab, until a view has one. */
  title: string;
  titleOf(view: View): string;
  /** The names of its style sheet and script in `media`, without their endings. */
  media: string;
  html(sources: PageSources): string;
  /** What its page may ask for; anything else is passed over. */
  action: v.GenericSchema<unknown, Action>;
}

export interface PanelHandlers<Action> {
  onAction(action: Action): void;
  onClose(): void;
  failures: Failures;
}

/** A panel beside the editor: a page that shows what it is sent, and asks for actions. */
export class SidePanel<View, Action> implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private view: View | undefined;

  constructor(
    private readonly kind: PanelKind<View, Action>,
    private readonly extensionUri: vscode.Uri,
    private readonly handlers: PanelHandlers<Action>,
  ) {}

  show(view: View): void {
    this.view = view;
    this.panel ??= this.open();
    this.panel.title = this.kind.titleOf(view);
    this.handlers.failures.watch(this.panel.webview.postMessage(view));
  }

  /** Brings the panel to the front; the cursor stays in the editor. */
  reveal(): void {
    this.panel?.reveal(undefined, true);
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private open(): vscode.WebviewPanel {
    const { viewType, title, action } = this.kind;
    const { failures, onAction, onClose } = this.handlers;
    const panel = vscode.window.createWebviewPanel(
      viewType,
      title,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [] },
    );
    panel.iconPath = this.mediaFile('icon.png');
    panel.webview.onDidReceiveMessage((message: unknown) => {
      // The page loads anew whenever it was hidden, and asks for what it should show.
      if (message === 'ready') {
        failures.watch(panel.webview.postMessage(this.view));
        return;
      }
      const asked = v.safeParse(action, message);
      if (asked.success) onAction(asked.output);
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      onClose();
    });
    failures.watch(this.fill(panel));
    return panel;
  }

  private async fill(panel: vscode.WebviewPanel): Promise<void> {
    const { media, html } = this.kind;
    const read = async (name: string): Promise<string> =>
      new TextDecoder().decode(await vscode.workspace.fs.readFile(this.mediaFile(name)));
    const [common, own, script] = await Promise.all([read('panel.css'), read(`${media}.css`), read(`${media}.js`)]);
    const nonce = randomBytes(16).toString('base64');
    if (this.panel === panel) panel.webview.html = html({ nonce, style: `${common}\n${own}`, script });
  }

  private mediaFile(name: string): vscode.Uri {
    return vscode.Uri.joinPath(this.extensionUri, 'media', name);
  }
}

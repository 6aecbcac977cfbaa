import * as vscode from 'vscode';
import type { DecoderState } from '../client/supervisor';
import { proseLanguageOf } from './languages';
import { readCompletionSettings, SECTION } from './settings';
import { statusText, type InstallNote, type Mode } from './statusText';

/** A generation shorter than this does not turn the icon: an icon at each keystroke would be restless. */
const CALM_MS = 400;

/** The item in the status bar: what the model is doing, and the way to its menu. */
export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly subscriptions: vscode.Disposable[];
  private state: DecoderState = { kind: 'idle' };
  private installing: InstallNote | undefined;
  private calm: NodeJS.Timeout | undefined;

  /** @param isSnoozed whether ghost text is snoozed now */
  constructor(private readonly isSnoozed: () => boolean) {
    this.item = vscode.window.createStatusBarItem('biogpt.status', vscode.StatusBarAlignment.Right, 100);
    this.item.name = 'BioGPT Writer';
    this.item.command = { command: 'biogpt.showMenu', title: 'Show BioGPT Menu' };
    this.subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(() => this.render()),
      vscode.workspace.onDidOpenTextDocument(() => this.render()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(SECTION)) this.render();
      }),
    ];
    this.render();
  }

  show(state: DecoderState): void {
    this.state = state;
    clearTimeout(this.calm);
    if (state.kind === 'generating') this.calm = setTimeout(() => this.render(), CALM_MS);
    else this.render();
  }

  /** Something it tells of has changed. */
  refresh(): void {
    this.render();
  }

  /** Tells of an installation; undefined: there is none. */
  showInstalling(installing: InstallNote | undefined): void {
    this.installing = installing;
    this.render();
  }

  dispose(): void {
    clearTimeout(this.calm);
    this.item.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private render(): void {
    const mode = modeOf(vscode.window.activeTextEditor?.document, this.isSnoozed());
    const { text, accessibilityLabel, tooltip, warning } = statusText(this.state, mode, this.installing);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: accessibilityLabel, role: 'button' };
    this.item.backgroundColor = warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    if (mode === 'unsupported' && this.state.kind === 'idle' && !this.installing) this.item.hide();
    else this.item.show();
  }
}

function modeOf(document: vscode.TextDocument | undefined, snoozed: boolean): Mode {
  if (!document || !proseLanguageOf(document.languageId)) return 'unsupported';
  const { enabled, excluded, trigger } = readCompletionSettings(document);
  if (!enabled) return 'off';
  if (excluded) return 'excluded';
  return snoozed ? 'snoozed' : trigger;
}

import * as vscode from 'vscode';
import type { DecoderState } from '../client/supervisor';
import { proseLanguageOf } from './languages';
import type { ServerState } from './server/inferenceServer';
import { readCompletionSettings, SECTION } from './settings';
import { wordedEnd, wordedFailure, wordedPhrase } from './wording';

/** A generation shorter than this does not turn the icon: an icon at each keystroke would be restless. */
const CALM_MS = 400;

const NO_SERVER: ServerState = { kind: 'none' };

/** An installation under way, as the status bar tells of it. */
export interface InstallNote {
  icon: string;
  /** A few characters, such as "43%"; may be empty. */
  text: string;
  /** In words: what is installed, and how far it is. */
  words: string;
}

/** The item in the status bar: what the model is doing, and the way to its menu. */
export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly subscriptions: vscode.Disposable[];
  private state: DecoderState = { kind: 'idle' };
  private installing: InstallNote | undefined;
  private server: ServerState = NO_SERVER;
  private calm: NodeJS.Timeout | undefined;

  /** @param isSnoozed whether ghost text is snoozed now */
  constructor(private readonly isSnoozed: () => boolean) {
    this.item = vscode.window.createStatusBarItem('biogpt.status', vscode.StatusBarAlignment.Right, 100);
    this.item.name = 'BioGPT Writer';
    this.item.command = { command: 'biogpt.showMenu', title: vscode.l10n.t('Show BioGPT Menu') };
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

  /** Tells of the server that computes, should, or could. */
  showServer(server: ServerState): void {
    this.server = server;
    this.render();
  }

  dispose(): void {
    clearTimeout(this.calm);
    this.item.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private render(): void {
    const mode = modeOf(vscode.window.activeTextEditor?.document, this.isSnoozed());
    const { text, accessibilityLabel, tooltip, warning } = statusText(this.state, mode, this.installing, this.server);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: accessibilityLabel, role: 'button' };
    this.item.backgroundColor = warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    if (mode === 'unsupported' && this.state.kind === 'idle' && !this.installing) this.item.hide();
    else this.item.show();
  }
}

/** What ghost text does in the document in front of the writer. */
export type Mode = 'automatic' | 'onDemand' | 'snoozed' | 'off' | 'excluded' | 'unsupported';

function modeOf(document: vscode.TextDocument | undefined, snoozed: boolean): Mode {
  if (!document || !proseLanguageOf(document.languageId)) return 'unsupported';
  const { enabled, excluded, trigger } = readCompletionSettings(document);
  if (!enabled) return 'off';
  if (excluded) return 'excluded';
  return snoozed ? 'snoozed' : trigger;
}

export interface StatusText {
  /** With the editor's icons. */
  text: string;
  /** Read by screen readers. */
  accessibilityLabel: string;
  tooltip: string;
  warning: boolean;
}

/** What the item shows in a state of the decoder. */
export function statusText(
  state: DecoderState,
  mode: Mode,
  installing?: InstallNote,
  server: ServerState = NO_SERVER,
): StatusText {
  const told = decoderText(state, mode, server);
  // What does not work comes before what is on its way.
  if (!installing || told.warning) return told;
  return {
    text: `${installing.icon} ${nameOn(server)}${installing.text && ` ${installing.text}`}`,
    accessibilityLabel: vscode.l10n.t('BioGPT Writer: {0}', installing.words),
    tooltip: `${installing.words}\n\n${told.tooltip}`,
    warning: false,
  };
}

function decoderText(state: DecoderState, mode: Mode, server: ServerState): StatusText {
  const { icon, condition } = server.kind === 'inUse' ? stateOnServer(state, server.host) : stateText(state);
  const sentences = [condition, serverText(server), modeText(mode)].filter((sentence) => sentence !== '').join(' ');
  const mark = state.kind === 'failed' ? '' : MODE_ICONS[mode] || (isBusy(state) ? '' : SERVER_ICONS[server.kind]);
  return {
    text: `${mark || icon} ${nameOn(server)}`,
    accessibilityLabel: vscode.l10n.t('BioGPT Writer: {0}', sentences),
    tooltip: sentences,
    // Nothing changes there by itself.
    warning: state.kind === 'failed' || server.kind === 'unusable' || (server.kind === 'lost' && !server.retries),
  };
}

/** While a server is in use it is named. */
function nameOn(server: ServerState): string {
  return server.kind === 'inUse' ? `BioGPT: ${server.host}` : 'BioGPT';
}

function isBusy({ kind }: DecoderState): boolean {
  return kind === 'loading' || kind === 'generating' || kind === 'restarting';
}

const SERVER_ICONS: Record<ServerState['kind'], string> = {
  none: '',
  unusable: '$(warning)',
  notAgreed: '$(plug)',
  inUse: '$(server)',
  lost: '$(debug-disconnect)',
};

/** What is to be known of the server, beside what the decoder does. */
function serverText(server: ServerState): string {
  switch (server.kind) {
    case 'none':
      return '';
    case 'unusable':
      return vscode.l10n.t('The setting {0} cannot be used. {1}', 'biogpt.server.url', server.problem);
    case 'notAgreed':
      return vscode.l10n.t(
        'The setting {0} names the server {1}. Nothing is sent to it unless you connect: select this item.',
        'biogpt.server.url',
        server.host,
      );
    case 'inUse':
      return vscode.l10n.t('Your text is sent to {0}.', server.host);
    case 'lost':
      return server.retries
        ? vscode.l10n.t('The model runs on this computer until the server answers again. {0}', server.problem)
        : vscode.l10n.t('The model runs on this computer. {0}', server.problem);
  }
}

function stateOnServer(state: DecoderState, host: string): { icon: string; condition: string } {
  const told = stateText(state);
  switch (state.kind) {
    case 'idle':
      return { ...told, condition: vscode.l10n.t('Connects to {0} at the first suggestion.', host) };
    case 'loading':
      return { ...told, condition: vscode.l10n.t('Connecting to {0}.', host) };
    case 'ready':
    case 'generating': {
      const { name, server } = state.model;
      // Its model is about to be loaded from the server.
      if (!server) return told;
      const condition =
        state.kind === 'ready'
          ? vscode.l10n.t('{0} on {1} is ready.', name, host)
          : vscode.l10n.t('{0} on {1} is writing.', name, host);
      return { ...told, condition: [condition, ...server.lacks.map(wordedPhrase)].join(' ') };
    }
    default:
      return told;
  }
}

const MODE_ICONS: Record<Mode, string> = {
  automatic: '',
  onDemand: '',
  unsupported: '',
  off: '$(circle-slash)',
  excluded: '$(circle-slash)',
  snoozed: '$(bell-slash)',
};

function modeText(mode: Mode): string {
  switch (mode) {
    case 'automatic':
      return vscode.l10n.t('Suggestions appear as you type.');
    case 'onDemand':
      return vscode.l10n.t('Suggestions appear when you ask for them.');
    case 'off':
      return vscode.l10n.t('Ghost text is off for this language.');
    case 'snoozed':
      return vscode.l10n.t('Ghost text is snoozed.');
    case 'excluded':
      return vscode.l10n.t('Ghost text is off for this file because of the setting {0}.', 'biogpt.completion.exclude');
    case 'unsupported':
      return vscode.l10n.t('Suggestions appear in Markdown and LaTeX files.');
  }
}

function stateText(state: DecoderState): { icon: string; condition: string } {
  switch (state.kind) {
    case 'idle':
      return { icon: '$(beaker)', condition: vscode.l10n.t('The model loads when it is first needed.') };
    case 'loading':
      return { icon: '$(loading~spin)', condition: vscode.l10n.t('Loading the model.') };
    case 'ready': {
      const { name, precision } = state.model;
      return { icon: '$(beaker)', condition: vscode.l10n.t('{0} ({1}) is ready.', name, precision) };
    }
    case 'generating':
      return { icon: '$(loading~spin)', condition: vscode.l10n.t('{0} is writing.', state.model.name) };
    case 'restarting':
      return {
        icon: '$(sync)',
        condition: vscode.l10n.t('The model stopped ({0}) and is starting again.', wordedEnd(state.end)),
      };
    case 'failed':
      return { icon: '$(error)', condition: wordedFailure(state.failure) };
  }
}

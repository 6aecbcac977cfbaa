import * as vscode from 'vscode';
import type { DecoderStatus, ModelInfo } from '../protocol/decoder';
import { languageName, proseLanguageOf } from './languages';
import type { ModelChoice } from './models/chosenModel';
import type { InstallState } from './models/context';
import type { ServerState } from './server/inferenceServer';
import { readCompletionSettings } from './settings';
import { formatBytes } from './units';
import { wordedPhrase } from './wording';

interface MenuItem extends vscode.QuickPickItem {
  command?: string;
  argument?: unknown;
}

/** The status item's menu: what one may want to do at once, each by its command. */
export async function showMenu(
  { installing, downloading, downloadPaused }: InstallState,
  snoozed: boolean,
  server: ServerState,
): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const items: MenuItem[] = [];
  const add = (icon: string, text: string, command: string): void => {
    items.push({ label: `$(${icon}) ${text}`, command });
  };
  if (document && proseLanguageOf(document.languageId)) {
    const { enabled } = readCompletionSettings(document);
    const name = languageName(document.languageId);
    if (enabled) add('circle-slash', vscode.l10n.t('Turn Off Ghost Text in {0}', name), 'biogpt.toggleForLanguage');
    else add('check', vscode.l10n.t('Turn On Ghost Text in {0}', name), 'biogpt.toggleForLanguage');
    if (snoozed) add('bell', vscode.l10n.t('End Ghost Text Snooze'), 'biogpt.endSnooze');
    else if (enabled) add('bell-slash', vscode.l10n.t('Snooze Ghost Text…'), 'biogpt.snooze');
  }
  add('book', vscode.l10n.t('Describe Term…'), 'biogpt.describeTerm');
  items.push({ label: '', kind: vscode.QuickPickItemKind.Separator });
  add('symbol-misc', vscode.l10n.t('Choose Model…'), 'biogpt.chooseModel');
  if (downloading) add('debug-pause', vscode.l10n.t('Pause Download'), 'biogpt.pauseDownload');
  if (downloadPaused && !installing) {
    add('debug-continue', vscode.l10n.t('Resume Download…'), 'biogpt.resumeDownload');
  }
  if (installing) add('close', vscode.l10n.t('Cancel Installation'), 'biogpt.cancelDownload');
  addServer(server, add);
  add('info', vscode.l10n.t('Show Model Information'), 'biogpt.showModelInfo');
  add('debug-restart', vscode.l10n.t('Restart Model'), 'biogpt.restartDecoder');
  add('output', vscode.l10n.t('Show Log'), 'biogpt.showLog');
  items.push({
    label: `$(gear) ${vscode.l10n.t('Open Settings')}`,
    command: 'workbench.action.openSettings',
    argument: '@ext:biogpt-writer.biogpt-writer',
  });
  const commands = new Set(await vscode.commands.getCommands(true));
  const available = items.filter(({ command }) => command === undefined || commands.has(command));
  const picked = await vscode.window.showQuickPick(available, { title: 'BioGPT Writer' });
  if (picked?.command) {
    await vscode.commands.executeCommand(picked.command, ...(picked.argument === undefined ? [] : [picked.argument]));
  }
}

function addServer(server: ServerState, add: (icon: string, text: string, command: string) => void): void {
  const connect = 'biogpt.connectToServer';
  switch (server.kind) {
    case 'none':
    case 'unusable':
      return add('server', vscode.l10n.t('Connect to a Server…'), connect);
    case 'notAgreed':
      return add('server', vscode.l10n.t('Connect to {0}…', server.host), connect);
    case 'lost':
      add('plug', vscode.l10n.t('Reconnect to {0}', server.host), 'biogpt.reconnectToServer');
      return add('debug-disconnect', vscode.l10n.t('Disconnect from {0}', server.host), DISCONNECT);
    case 'inUse':
      return add('debug-disconnect', vscode.l10n.t('Use Local Model (Disconnect from {0})', server.host), DISCONNECT);
  }
}

const DISCONNECT = 'biogpt.disconnectFromServer';

/** *Show Model Information*: name, size and speed, in a message that stays until it is dismissed. */
export async function showModelInfo(status: DecoderStatus | null, { modelDir, fallback }: ModelChoice): Promise<void> {
  const title = status?.model ? status.model.name : vscode.l10n.t('No model is loaded');
  const lines = modelInfo(status, modelDir);
  if (fallback) {
    lines.push(vscode.l10n.t('In use because {0} is not available. {1}', fallback.wanted, fallback.reason));
  }
  const detail = lines.join('\n');
  const copy = vscode.l10n.t('Copy');
  const picked = await vscode.window.showInformationMessage(title, { modal: true, detail }, copy);
  if (picked === copy) await vscode.env.clipboard.writeText(`${title}\n${detail}`);
}

function modelInfo(status: DecoderStatus | null, modelDir: string): string[] {
  if (!status?.model) return [vscode.l10n.t('It loads when it is first needed, from:'), modelDir];
  const { model } = status;
  const millions = (model.parameters / 1e6).toFixed(1);
  const seconds = (model.loadMs / 1000).toFixed(1);
  return [
    model.server
      ? vscode.l10n.t('Parameters: {0} million', millions)
      : vscode.l10n.t('Parameters: {0} million ({1})', millions, model.precision),
    vscode.l10n.t('Longest text it can read: {0} tokens', model.maxPositions),
    vscode.l10n.t('Memory in use: {0} (process {1})', formatBytes(status.rssBytes), status.pid),
    vscode.l10n.t('Reading speed: {0}', speedText(status.prefillTokensPerSecond)),
    vscode.l10n.t('Writing speed: {0}', speedText(status.decodeTokensPerSecond)),
    vscode.l10n.t('Requests so far: {0}', status.requests),
    vscode.l10n.t('Load time: {0} s (backend: {1})', seconds, model.backend),
    vscode.l10n.t('Folder: {0}', model.modelDir),
    ...whereItRuns(model),
  ];
}

function whereItRuns({ server }: ModelInfo): string[] {
  if (!server) return [vscode.l10n.t('The model runs on this computer. Your text is not sent anywhere.')];
  return [
    server.model === undefined
      ? vscode.l10n.t('The model runs on {0}. Your text is sent there.', server.host)
      : vscode.l10n.t('The model runs on {0}, as {1}. Your text is sent there.', server.host, server.model),
    ...server.lacks.map(wordedPhrase),
  ];
}

function speedText(tokensPerSecond: number | null): string {
  return tokensPerSecond === null
    ? vscode.l10n.t('not measured yet')
    : vscode.l10n.t('{0} tokens/s', tokensPerSecond.toFixed(0));
}

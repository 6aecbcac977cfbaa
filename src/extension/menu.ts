import * as vscode from 'vscode';
import type { DecoderStatus } from '../protocol/decoder';
import { proseLanguageOf } from './languages';
import type { ModelChoice } from './models/chosenModel';
import type { InstallState } from './models/contextKeys';
import { readCompletionSettings } from './settings';

interface MenuItem extends vscode.QuickPickItem {
  command?: string;
  argument?: unknown;
}

/** The status item's menu: what one may want to do at once, each by its command. */
export async function showMenu(
  { installing, downloading, downloadPaused }: InstallState,
  snoozed: boolean,
): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const items: MenuItem[] = [];
  if (document && proseLanguageOf(document.languageId)) {
    const { enabled } = readCompletionSettings(document);
    const name = languageName(document.languageId);
    items.push({
      label: enabled ? `$(circle-slash) Turn Off Ghost Text in ${name}` : `$(check) Turn On Ghost Text in ${name}`,
      command: 'biogpt.toggleForLanguage',
    });
    if (snoozed) items.push({ label: '$(bell) End Snooze', command: 'biogpt.endSnooze' });
    else if (enabled) items.push({ label: '$(bell-slash) Snooze…', command: 'biogpt.snooze' });
  }
  items.push(
    { label: '$(book) Describe Term…', command: 'biogpt.describeTerm' },
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(symbol-misc) Choose Model…', command: 'biogpt.chooseModel' },
  );
  if (downloading) items.push({ label: '$(debug-pause) Pause Download', command: 'biogpt.pauseDownload' });
  if (downloadPaused && !installing) {
    items.push({ label: '$(debug-continue) Resume Download', command: 'biogpt.resumeDownload' });
  }
  if (installing) items.push({ label: '$(close) Cancel Installation', command: 'biogpt.cancelDownload' });
  items.push(
    { label: '$(info) Model Information', command: 'biogpt.showModelInfo' },
    { label: '$(debug-restart) Restart Decoder', command: 'biogpt.restartDecoder' },
    { label: '$(output) Show Log', command: 'biogpt.showLog' },
    {
      label: '$(gear) Settings',
      command: 'workbench.action.openSettings',
      argument: '@ext:biogpt-writer.biogpt-writer',
    },
  );
  const commands = new Set(await vscode.commands.getCommands(true));
  const available = items.filter(({ command }) => command === undefined || commands.has(command));
  const picked = await vscode.window.showQuickPick(available, { title: 'BioGPT Writer' });
  if (picked?.command) {
    await vscode.commands.executeCommand(picked.command, ...(picked.argument === undefined ? [] : [picked.argument]));
  }
}

/** The model's name, size and speed, in a message that stays until it is dismissed. */
export async function showModelInfo(status: DecoderStatus | null, { modelDir, standIn }: ModelChoice): Promise<void> {
  const copy = 'Copy';
  const instead = standIn ? `\nIt serves in place of ${standIn.wanted}. ${standIn.reason}` : '';
  const detail = describeStatus(status, modelDir) + instead;
  const title = status?.model ? status.model.name : 'No model is loaded.';
  const picked = await vscode.window.showInformationMessage(title, { modal: true, detail }, copy);
  if (picked === copy) await vscode.env.clipboard.writeText(`${title}\n${detail}`);
}

const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  markdown: 'Markdown',
  latex: 'LaTeX',
  plaintext: 'Plain Text',
  quarto: 'Quarto',
  rmd: 'R Markdown',
  rsweave: 'Sweave',
};

export function languageName(languageId: string): string {
  return LANGUAGE_NAMES[languageId] ?? languageId;
}

function describeStatus(status: DecoderStatus | null, modelDir: string): string {
  if (!status?.model) return `It loads when it is first needed, from\n${modelDir}`;
  const { model } = status;
  const speed = (tokens: number | null): string =>
    tokens === null ? 'not measured yet' : `${tokens.toFixed(0)} tokens/s`;
  return [
    `Parameters: ${(model.parameters / 1e6).toFixed(1)} million, ${model.precision}`,
    `Reads up to ${model.maxPositions} tokens at once`,
    `Memory of its process: ${(status.rssBytes / 1024 ** 2).toFixed(0)} MB (process ${status.pid})`,
    `Reading: ${speed(status.prefillTokensPerSecond)}; writing: ${speed(status.decodeTokensPerSecond)}`,
    `Requests so far: ${status.requests}`,
    `Loaded in ${(model.loadMs / 1000).toFixed(1)} s, ${model.backend} path`,
    model.modelDir,
    'It runs on this machine only; your text is not sent anywhere.',
  ].join('\n');
}

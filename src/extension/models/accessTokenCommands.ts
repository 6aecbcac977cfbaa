import * as vscode from 'vscode';
import { isSendable } from '../originSecrets';
import type { ModelContext } from './context';
import { hostOf } from './modelList';

/** *Set Access Token…* @returns whether there is a token now */
export async function setAccessToken({ settings, tokens }: ModelContext): Promise<boolean> {
  const endpoint = settings().hubEndpoint;
  const host = hostOf(endpoint);
  const token = await vscode.window.showInputBox({
    title: vscode.l10n.t('Set Access Token'),
    prompt: vscode.l10n.t(
      'Enter an access token for {0} that can read the model. It is kept in secret storage and sent only to this server.',
      host,
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      isSendable(text) ? undefined : vscode.l10n.t('A token has no spaces or special characters.'),
  });
  if (token === undefined || token.trim() === '') return false;
  const stored = await tokens.set(endpoint, token.trim());
  if (!stored) {
    await vscode.window.showErrorMessage(vscode.l10n.t('Enter a valid address in the setting {0} first.', 'biogpt.hub.endpoint'));
    return false;
  }
  vscode.window.setStatusBarMessage(`$(check) ${vscode.l10n.t('The access token for {0} is saved.', host)}`, 5000);
  return true;
}

/** *Delete Access Token* */
export async function deleteAccessToken({ settings, tokens }: ModelContext): Promise<void> {
  const endpoint = settings().hubEndpoint;
  const host = hostOf(endpoint);
  const there = (await tokens.of(endpoint)) !== undefined;
  await tokens.forget(endpoint);
  const message = there
    ? vscode.l10n.t('The access token for {0} is deleted.', host)
    : vscode.l10n.t('There is no access token for {0}.', host);
  await vscode.window.showInformationMessage(message);
}

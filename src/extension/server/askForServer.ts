import * as v from 'valibot';
import * as vscode from 'vscode';
import { isThisMachine, readServerAddress, type AddressProblem } from '../../client/serverAddress';
import type { AskServer } from '../../protocol/server';
import { isSendable } from '../originSecrets';

/** What somebody has agreed to. */
export interface WantedServer {
  url: URL;
  /** Empty: the server needs none. */
  key: string;
}

/**
 * Asks for a server's address and key, and for a yes to what will be sent to it.
 * @param before the address that is offered
 * @param keyOf the key that is kept for an address
 * @returns undefined without that yes
 */
export async function askForServer(
  before: string,
  keyOf: (url: URL) => Promise<string | undefined>,
): Promise<WantedServer | undefined> {
  const title = vscode.l10n.t('Connect to a Server');
  const address = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Enter the base URL of an inference server, such as vLLM, that has the model in use.'),
    placeHolder: vscode.l10n.t('For example, {0}', 'https://gpu.example.org/v1'),
    value: before,
    ignoreFocusOut: true,
    validateInput: (text) => {
      const reading = readServerAddress(text, { allowHttp: true });
      return text.trim() === '' || reading.ok ? undefined : addressProblem(reading.problem);
    },
  });
  const reading = readServerAddress(address ?? '', { allowHttp: true });
  if (!reading.ok) return undefined;
  const { url } = reading;
  const key = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t(
      'Enter the key for {0}, or leave this empty if the server needs none. The key is kept in secret storage and sent only to this server.',
      url.host,
    ),
    value: (await keyOf(url)) ?? '',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      isSendable(text) ? undefined : vscode.l10n.t('A key has no spaces or special characters.'),
  });
  if (key === undefined || !(await agreesTo(url))) return undefined;
  return { url, key: key.trim() };
}

/** Shows what is sent where, and asks whether it may be. */
async function agreesTo(url: URL): Promise<boolean> {
  const isEncrypted = url.protocol === 'https:' || isThisMachine(url);
  const detail = [
    vscode.l10n.t(
      'As you write, the text before the cursor is sent to {0}: as much of it as the model can read, as token IDs, which can be turned back into text.',
      url.origin,
    ),
    vscode.l10n.t(
      'Describe Term sends the term, and text mining sends the text that you run it on. No other text of yours is sent, and no whole file unless you mine it.',
    ),
    vscode.l10n.t('Whoever runs the server can read and keep what is sent.'),
    ...(isEncrypted
      ? []
      : [
          vscode.l10n.t(
            'The connection is not encrypted: others on the network can read your text and the key. Use HTTPS unless the network is yours.',
          ),
        ]),
  ].join('\n\n');
  const yes = isEncrypted ? vscode.l10n.t('Connect') : vscode.l10n.t('Connect Without Encryption');
  const question = vscode.l10n.t('Send your text to {0}?', url.host);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

/** What is wrong with an address, in a sentence. */
export function addressProblem(problem: AddressProblem): string {
  switch (problem) {
    case 'notAnAddress':
      return vscode.l10n.t('Enter a complete address, such as {0}.', 'https://gpu.example.org/v1');
    case 'wrongProtocol':
      return vscode.l10n.t('The address must begin with https:// or http://.');
    case 'holdsSecret':
      return vscode.l10n.t('Leave the user name and password out of the address. You are asked for the key next.');
    case 'holdsQuery':
      return vscode.l10n.t('The address must not contain "?" or "#".');
    case 'notEncrypted':
      return vscode.l10n.t('The address must begin with https://.');
  }
}

/** Characters. */
const LONGEST_LIST = 1_000_000;

const modelList = v.object({ data: v.array(v.object({ id: v.string() })) });

/**
 * The model to ask for: of several, the one that is picked.
 * @returns '' where the server has only one, or doesn't list them; undefined if nothing is picked
 */
export async function pickServedModel(host: string, ask: AskServer): Promise<string | undefined> {
  const how = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Connecting to {0}', host) };
  const names = await vscode.window.withProgress(how, () => servedModels(ask));
  if (names.length <= 1) return '';
  return vscode.window.showQuickPick(names, {
    title: vscode.l10n.t('Connect to a Server'),
    placeHolder: vscode.l10n.t('Which of the models on {0} is the one that you use?', host),
  });
}

/** What is wrong with a server is told by what loads the model from it. */
async function servedModels(ask: AskServer): Promise<string[]> {
  try {
    const { status, body } = await ask({ path: 'models' }, new AbortController().signal);
    let text = '';
    for await (const piece of body) {
      text += piece;
      if (text.length > LONGEST_LIST) return [];
    }
    return status === 200 ? v.parse(modelList, JSON.parse(text)).data.map(({ id }) => id) : [];
  } catch {
    return [];
  }
}

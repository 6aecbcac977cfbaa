import { readFile, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { defaultPrecision, estimate, parametersOf, type ModelShape, type Need } from '../../library/catalogue/estimate';
import type { KnownModel } from '../../library/catalogue/knownModel';
import type { ModelSource } from '../../library/installation/types';
import { readConfig } from '../../modelFolder/checkpointConfig';
import { MODEL_DESCRIPTION_FILE, PRECISIONS, type Precision } from '../../modelFolder/format';
import { formatBytes } from '../units';
import { useModel } from './actions';
import type { ModelContext } from './context';
import { install } from './installFlow';
import { sourceLabel } from './installations';
import { hostOf, readModel } from './modelList';

/* The ways to a model that is not here yet. Each asks first and fetches then. */

export async function installKnown(context: ModelContext, model: KnownModel): Promise<void> {
  const { id, name, repo, downloadBytes } = model;
  const size = formatBytes(downloadBytes);
  const question = vscode.l10n.t('Choose a precision. This downloads {0} from {1}.', size, `${hostOf(hub(context))}/${repo}`);
  await askAndInstall(context, { kind: 'known', id }, name, model, question);
}

export async function installFromHub(context: ModelContext): Promise<void> {
  const host = hostOf(hub(context));
  const name = await vscode.window.showInputBox({
    title: vscode.l10n.t('Install a Model from Hugging Face'),
    prompt: vscode.l10n.t(
      'Enter the name of a repository on {0} that contains a BioGPT model. Nothing is downloaded yet.',
      host,
    ),
    placeHolder: vscode.l10n.t('owner/name or owner/name@revision'),
    ignoreFocusOut: true,
    validateInput: (text) => {
      const parsed = parseHubName(text);
      return 'problem' in parsed && text !== '' ? parsed.problem : undefined;
    },
  });
  if (name === undefined) return;
  const parsed = parseHubName(name);
  if ('problem' in parsed) return;
  const { repo, revision } = parsed.source;
  const what = revision === undefined ? repo : `${repo}@${revision}`;
  const question = vscode.l10n.t('Choose a precision. This downloads {0} from {1}.', what, host);
  await askAndInstall(context, parsed.source, repo, undefined, question);
}

/** From a checkpoint on this machine, or straight from a finished model folder. @throws ModelError */
export async function installFromDisk(context: ModelContext, what: 'fileOrFolder' | 'folder' | 'file'): Promise<void> {
  const filters = { [vscode.l10n.t('Checkpoints')]: ['tgz', 'gz', 'tar'], [vscode.l10n.t('All Files')]: ['*'] };
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Install a Model from a File or Folder'),
      openLabel: vscode.l10n.t('Select'),
      canSelectFolders: what !== 'file',
      canSelectFiles: what !== 'folder',
      canSelectMany: false,
      ...(what === 'file' && { filters }),
    })) ?? [];
  if (uri === undefined) return;
  const path = uri.fsPath;
  if (await exists(join(path, MODEL_DESCRIPTION_FILE))) {
    await useModel(context, await readModel(path));
    return;
  }
  const source: ModelSource = { kind: 'local', path };
  const question = vscode.l10n.t('Choose the precision to convert the model to.');
  await askAndInstall(context, source, sourceLabel(source, []), await localShape(path), question);
}

/** @param shape undefined where it is not known yet */
async function askAndInstall(
  context: ModelContext,
  source: ModelSource,
  label: string,
  shape: ModelShape | undefined,
  question: string,
): Promise<void> {
  const memory = totalmem();
  const recommended = shape ? defaultPrecision(shape, memory) : USUAL;
  const items = precisionItems(recommended, shape && ((precision) => estimate(shape, precision)), memory);
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Install {0}', label),
    placeHolder: question,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (picked) await install(context, { source, precision: picked.precision });
}

function hub({ settings }: ModelContext): string {
  return settings().hubEndpoint;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** For a model whose size is not known yet: good on most machines for most models. */
const USUAL: Precision = 'int8';

/** From the one that suits most machines to the one for those who compare. */
const ORDER: readonly Precision[] = ['int8', 'int4', 'fp16', 'fp32'];

function qualityOf(precision: Precision): string {
  switch (precision) {
    case 'int8':
      return vscode.l10n.t('Almost the same suggestions as the original, at a quarter of its size.');
    case 'int4':
      return vscode.l10n.t('Smallest size. Some suggestions differ from those of the original.');
    case 'fp16':
      return vscode.l10n.t('Same quality as the original, at half its size on disk. Needs the same amount of memory.');
    case 'fp32':
      return vscode.l10n.t('The original precision. Largest and slowest.');
  }
}

export interface PrecisionItem {
  precision: Precision;
  label: string;
  description: string;
  detail: string;
}

/**
 * The precisions to choose from, the recommended one first.
 * @param need what the model needs; undefined where its size is not known yet
 * @param totalMemory of this machine, in bytes
 */
export function precisionItems(
  recommended: Precision,
  need: ((precision: Precision) => Need) | undefined,
  totalMemory: number,
): PrecisionItem[] {
  const rest = ORDER.filter((precision) => precision !== recommended && PRECISIONS.includes(precision));
  return [recommended, ...rest].map((precision) => {
    const parts: string[] = [];
    let detail = qualityOf(precision);
    if (need) {
      const { diskBytes, memoryBytes } = need(precision);
      parts.push(
        vscode.l10n.t('{0} on disk', formatBytes(diskBytes)),
        vscode.l10n.t('about {0} of memory', formatBytes(memoryBytes)),
      );
      if (memoryBytes > totalMemory) {
        const warning = vscode.l10n.t('Needs more memory than this computer has ({0}).', formatBytes(totalMemory));
        detail = `$(warning) ${warning} ${detail}`;
      }
    }
    if (precision === recommended) {
      parts.push(need ? vscode.l10n.t('recommended for this computer') : vscode.l10n.t('recommended'));
    }
    return { precision, label: precision, description: parts.join(' · '), detail };
  });
}

const NAME = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;
const REVISION = /^[A-Za-z0-9][\w./-]*$/;

export type HubName = { source: Extract<ModelSource, { kind: 'hub' }> } | { problem: string };

/** Reads `owner/name`, `owner/name@revision`, or the address of a repository's page. */
export function parseHubName(input: string): HubName {
  const text = input.trim();
  if (text === '') {
    return { problem: vscode.l10n.t('Enter the name of a repository, such as {0}.', 'microsoft/biogpt') };
  }
  const page = /^https?:\/\/[^/]+\/([^/]+\/[^/?#]+)(?:\/tree\/([^?#]+?))?\/?(?:[?#].*)?$/.exec(text);
  const [name, ...rest] = page ? [page[1]!, ...(page[2] ? [page[2]] : [])] : text.split('@');
  const revision = rest.join('@');
  if (!NAME.test(name!)) {
    return { problem: vscode.l10n.t('Enter the name as owner/name, such as {0}.', 'microsoft/biogpt') };
  }
  if (rest.length === 0) return { source: { kind: 'hub', repo: name! } };
  if (!REVISION.test(revision) || revision.includes('..')) {
    const example = 'microsoft/biogpt@main';
    return { problem: vscode.l10n.t('After @, enter a branch, tag, or commit, such as {0}.', example) };
  }
  return { source: { kind: 'hub', repo: name!, revision } };
}

/** The shape of a checkpoint in a Hugging Face folder; undefined for anything else, which only conversion reads. */
async function localShape(path: string): Promise<ModelShape | undefined> {
  const config = join(path, 'config.json');
  try {
    const { architecture } = readConfig(config, await readFile(config, 'utf8'));
    return { architecture, parameters: parametersOf(architecture) };
  } catch {
    return undefined;
  }
}

import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { DamagedModel, UnfinishedInstall } from '../../library/installation/modelStore';
import { PRECISIONS } from '../../modelFolder/format';
import { formatBytes, formatPercent } from '../units';
import { wordedWithoutPath } from '../wording';
import { deleteDamagedModel, deleteModel, reinstallModel, updateModel, useModel, verifyModel } from './actions';
import type { ModelContext } from './context';
import { discardDownload, install, tellOfCancel, watchInstallation } from './installFlow';
import { canPause, sourceLabel } from './installations';
import type { ModelAction, ModelButton } from './modelItems';
import { listModels, type ModelListing } from './modelList';
import { pickInstalled, pickModel, pickOne } from './modelPicker';
import { installFromDisk, installFromHub, installKnown } from './newModel';

/* The commands that manage models: each asks what it needs to know and hands over. */

/** *Choose Model…* */
export async function chooseModel(context: ModelContext): Promise<void> {
  const picked = await pickModel(list(context));
  if (picked === undefined) return;
  if ('action' in picked) await act(context, picked.action);
  else await press(context, picked.button);
}

/** *Verify Model…*: the only one, or the one that is picked. */
export async function chooseAndVerify(context: ModelContext): Promise<void> {
  const { starter, installed, elsewhere, use } = await list(context);
  const models = [...installed, ...(elsewhere ? [elsewhere] : []), starter];
  const title = vscode.l10n.t('Verify a Model');
  const model = models.length === 1 ? starter : await pickInstalled(title, models, use, starter);
  if (model) await verifyModel(context, model);
}

/** *Update Model…* */
export async function chooseAndUpdate(context: ModelContext): Promise<void> {
  const { installed, starter, use } = await list(context);
  const models = installed.filter(({ shared, description }) => !shared && description.origin?.repo !== undefined);
  if (models.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('There is nothing to update. Only models installed from Hugging Face can be updated.'),
    );
    return;
  }
  const model = await pickInstalled(vscode.l10n.t('Update a Model'), models, use, starter);
  if (model) await updateModel(context, model);
}

/** *Delete Model…* */
export async function chooseAndDelete(context: ModelContext): Promise<void> {
  const { installed, starter, use } = await list(context);
  const models = installed.filter(({ shared }) => !shared);
  if (models.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('There is nothing to delete. The starter model is part of the extension.'),
    );
    return;
  }
  const model = await pickInstalled(vscode.l10n.t('Delete a Model'), models, use, starter);
  if (model) await deleteModel(context, model);
}

/** *Open Models Folder* */
export async function openModelsFolder({ backend }: ModelContext): Promise<void> {
  const { store } = await backend();
  await mkdir(store.root, { recursive: true });
  await reveal(store.root);
}

/** *Pause Download* */
export function pauseDownloads({ installations }: ModelContext): void {
  for (const installation of installations.running) {
    if (canPause(installation)) installation.stop('paused');
  }
}

/** *Resume Download…* */
export async function resumeDownload(context: ModelContext): Promise<void> {
  const { store, catalogue } = await context.backend();
  const waiting = (await store.unfinished()).filter(({ busy }) => !busy);
  context.installState.set({ downloadPaused: waiting.length > 0 });
  if (waiting.length === 0) {
    await vscode.window.showInformationMessage(vscode.l10n.t('There is no download to resume.'));
    return;
  }
  const unfinished = await pickOne(vscode.l10n.t('Resume a Download'), waiting, (each) => ({
    label: sourceLabel(each.source, catalogue.models),
    description: vscode.l10n.t(
      '{0} · {1} of {2}',
      each.precision,
      formatPercent(each.doneBytes / each.totalBytes),
      formatBytes(each.totalBytes),
    ),
  }));
  if (unfinished) await install(context, unfinished);
}

/** *Cancel Installation*: stops the one under way, or offers to throw away the download that is paused. */
export async function cancelInstallation(context: ModelContext): Promise<void> {
  const title = vscode.l10n.t('Cancel an Installation');
  const { running } = context.installations;
  if (running.length > 0) {
    const face = ({ label, request }: (typeof running)[number]): vscode.QuickPickItem => ({
      label,
      description: request.precision,
    });
    (await pickOne(title, running, face))?.stop('cancelled');
    return;
  }
  const { store, catalogue } = await context.backend();
  const labelOf = ({ source }: UnfinishedInstall): string => sourceLabel(source, catalogue.models);
  const paused = (await store.unfinished()).filter(({ busy }) => !busy);
  const unfinished = await pickOne(title, paused, (each) => ({ label: labelOf(each), description: each.precision }));
  if (unfinished) await tellOfCancel(context, unfinished, labelOf(unfinished));
}

/** Installs again the model that the setting names; where nobody knows where it came from, shows the list. */
export async function installAgain(context: ModelContext, wanted: string): Promise<void> {
  const { store, catalogue } = await context.backend();
  const model = await store.find(wanted);
  if (model) return reinstallModel(context, model);
  for (const { id } of catalogue.models) {
    const precision = PRECISIONS.find((each) => wanted === `${id}-${each}`);
    if (precision) return install(context, { source: { kind: 'known', id }, precision });
  }
  return chooseModel(context);
}

/** The problem of the lab's own catalogue that was told last. */
const toldOfCatalogue = new WeakMap<ModelContext, string>();

async function list(context: ModelContext): Promise<ModelListing> {
  const { installations, starterDir, installState, failures } = context;
  const backend = await context.backend();
  const { catalogueProblem } = backend;
  if (catalogueProblem !== undefined && toldOfCatalogue.get(context) !== catalogueProblem) {
    toldOfCatalogue.set(context, catalogueProblem);
    failures.watch(tellOfCatalogue(catalogueProblem));
  }
  const listing = await listModels(backend, starterDir, installations);
  installState.set({ downloadPaused: listing.unfinished.some(({ busy }) => !busy) });
  const server = context.server();
  return { ...listing, ...(server !== undefined && { server }) };
}

async function act(context: ModelContext, action: ModelAction): Promise<void> {
  switch (action.kind) {
    case 'use':
      return useModel(context, action.model);
    case 'repair':
      return repair(context, action.model);
    case 'watch':
      return watchInstallation(action.installation);
    case 'resume':
      return install(context, action.install);
    case 'install':
      return installKnown(context, action.model);
    case 'forbidden':
      return tellOfForbidden(context);
    case 'browse':
      return installFromDisk(context, action.what);
    case 'hub':
      return installFromHub(context);
    case 'connect':
    case 'disconnect':
      await vscode.commands.executeCommand(
        action.kind === 'connect' ? 'biogpt.connectToServer' : 'biogpt.disconnectFromServer',
      );
  }
}

async function press(context: ModelContext, button: ModelButton): Promise<void> {
  switch (button.kind) {
    case 'verify':
      await verifyModel(context, button.model);
      return;
    case 'update':
      return updateModel(context, button.model);
    case 'delete':
      return deleteModel(context, button.model);
    case 'deleteDamaged':
      return deleteDamagedModel(context, button.model);
    case 'show':
      return reveal(button.dir);
    case 'pause':
    case 'cancel':
      return button.installation.stop(button.kind === 'pause' ? 'paused' : 'cancelled');
    case 'discard':
      await discardDownload(context, button.install);
      // What else there is to choose from is still the question.
      return chooseModel(context);
  }
}

async function repair(context: ModelContext, model: DamagedModel): Promise<void> {
  const [choose, remove] = [vscode.l10n.t('Choose Model…'), vscode.l10n.t('Delete…')];
  const problem = wordedWithoutPath(model.error, model.dir);
  const message = vscode.l10n.t('{0} cannot be used. {1}', basename(model.dir), problem);
  const picked = await vscode.window.showErrorMessage(message, choose, remove);
  if (picked === choose) await chooseModel(context);
  if (picked === remove) await deleteDamagedModel(context, model);
}

async function tellOfForbidden(context: ModelContext): Promise<void> {
  const [browse, setting] = [vscode.l10n.t('Install from File or Folder…'), vscode.l10n.t('Open Setting')];
  const message = vscode.l10n.t(
    'Downloads are turned off (setting {0}). You can still install a model from a file or folder.',
    'biogpt.hub.allowDownloads',
  );
  const picked = await vscode.window.showInformationMessage(message, browse, setting);
  if (picked === browse) await installFromDisk(context, 'fileOrFolder');
  if (picked === setting) await openSetting('biogpt.hub.allowDownloads');
}

async function tellOfCatalogue(problem: string): Promise<void> {
  const setting = vscode.l10n.t('Open Setting');
  const message = vscode.l10n.t(
    'Models from the file in the setting {0} are not listed. {1}',
    'biogpt.model.catalogue',
    problem,
  );
  const picked = await vscode.window.showWarningMessage(message, setting);
  if (picked === setting) await openSetting('biogpt.model.catalogue');
}

async function openSetting(name: string): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', name);
}

/** Opens a folder of this machine in its file manager; where there is none, says where it is. */
async function reveal(dir: string): Promise<void> {
  // A browser, or a window on another machine, has no file manager there.
  if (vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined) {
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(dir));
    return;
  }
  const copy = vscode.l10n.t('Copy Path');
  const picked = await vscode.window.showInformationMessage(vscode.l10n.t('Folder: {0}', dir), copy);
  if (picked === copy) await vscode.env.clipboard.writeText(dir);
}

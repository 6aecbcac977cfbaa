import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { PRECISIONS } from '../../modelFolder/format';
import type { UnfinishedInstall } from '../../library/install/modelStore';
import type { InstalledModel } from '../../library/install/types';
import type { ModelBackend } from './backend';
import { isChosen } from './chosenModel';
import type { ContextKeys } from './contextKeys';
import type { ModelDeletion } from './deleteModel';
import type { InstallFlow } from './installFlow';
import type { Installations } from './installations';
import { canPause, type ModelAction, type ModelButton, type ModelListing } from './modelItems';
import { listModels } from './modelList';
import { pickModel } from './modelPicker';
import type { NewModel } from './newModel';
import { withoutPath } from './problems';
import { sourceLabel } from './sources';
import type { ModelSwitch } from './switchModel';
import { formatBytes, formatPercent } from './units';
import type { ModelUpdate } from './updateModel';
import { labelOf, type ModelVerification } from './verifyModel';

export interface ModelCommandsOptions {
  backend(): Promise<ModelBackend>;
  starterDir: string;
  installations: Installations;
  flow: InstallFlow;
  newModel: NewModel;
  modelSwitch: ModelSwitch;
  verification: ModelVerification;
  deletion: ModelDeletion;
  update: ModelUpdate;
  contextKeys: ContextKeys;
}

/** The commands that manage models: each asks what it needs to know and hands over. */
export class ModelCommands {
  private toldOfCatalogue: string | undefined;

  constructor(private readonly options: ModelCommandsOptions) {}

  /** *Choose Model…* */
  async choose(): Promise<void> {
    const picked = await pickModel(this.list());
    if (picked === undefined) return;
    if ('action' in picked) await this.act(picked.action);
    else await this.press(picked.button);
  }

  /** *Verify Model*: the only one, or the one that is picked. */
  async verify(): Promise<void> {
    const { starter, installed, elsewhere, use } = await this.list();
    const models = [...installed, ...(elsewhere ? [elsewhere] : []), starter];
    const model = models.length === 1
      ? starter
      : await pickInstalled('Verify a Model', inUseFirst(models, use), use, starter);
    if (model) await this.options.verification.run(model);
  }

  /** *Update Model…* */
  async update(): Promise<void> {
    const { installed, starter, use } = await this.list();
    const models = installed.filter(({ shared, description }) => !shared && description.origin?.repo !== undefined);
    if (models.length === 0) {
      void vscode.window.showInformationMessage('There is no model from the Hub that could be updated.');
      return;
    }
    const model = await pickInstalled('Update a Model', inUseFirst(models, use), use, starter);
    if (model) await this.options.update.run(model);
  }

  /** *Delete Model…* */
  async delete(): Promise<void> {
    const { installed, starter, use } = await this.list();
    const models = installed.filter(({ shared }) => !shared);
    if (models.length === 0) {
      const message = 'There is no model to delete: only the starter is here, which comes with the extension.';
      void vscode.window.showInformationMessage(message);
      return;
    }
    const model = await pickInstalled('Delete a Model', models, use, starter);
    if (model) await this.options.deletion.run(model);
  }

  /** *Show Models on Disk* */
  async showOnDisk(): Promise<void> {
    const { store } = await this.options.backend();
    await mkdir(store.root, { recursive: true });
    await reveal(store.root);
  }

  /** *Pause Download* */
  pause(): void {
    for (const installation of this.options.installations.running) {
      if (canPause(installation)) installation.stop('paused');
    }
  }

  /** *Resume Download* */
  async resume(): Promise<void> {
    const { store, catalogue } = await this.options.backend();
    const waiting = (await store.unfinished()).filter(({ busy }) => !busy);
    this.options.contextKeys.set({ downloadPaused: waiting.length > 0 });
    if (waiting.length === 0) {
      void vscode.window.showInformationMessage('There is no download to resume.');
      return;
    }
    const install = await pickOne('Resume a Download', waiting, (each) => ({
      label: sourceLabel(each.source, catalogue.models),
      description: `${each.precision} · ${formatPercent(each.doneBytes / each.totalBytes)} of ${formatBytes(each.totalBytes)}`,
    }));
    if (install) await this.options.flow.run(install);
  }

  /** *Cancel Download*: stops the one under way, or offers to throw away the one that is paused. */
  async cancel(): Promise<void> {
    const { installations, flow } = this.options;
    const { running } = installations;
    if (running.length > 0) {
      const installation = await pickOne('Cancel an Installation', running, ({ label, request }) => ({
        label, description: request.precision,
      }));
      installation?.stop('cancelled');
      return;
    }
    const { store, catalogue } = await this.options.backend();
    const labelOf = ({ source }: UnfinishedInstall): string => sourceLabel(source, catalogue.models);
    const paused = (await store.unfinished()).filter(({ busy }) => !busy);
    const install = await pickOne('Cancel a Download', paused, (each) => ({
      label: labelOf(each), description: each.precision,
    }));
    if (install) await flow.tellOfCancel(install, labelOf(install));
  }

  /** Installs again the model that the setting names; where nobody knows where it came from, shows the list. */
  async installAgain(wanted: string): Promise<void> {
    const { store, catalogue } = await this.options.backend();
    const model = await store.find(wanted);
    if (model) return this.reinstall(model);
    for (const { id } of catalogue.models) {
      const precision = PRECISIONS.find((each) => wanted === `${id}-${each}`);
      if (precision) return this.options.flow.run({ source: { kind: 'known', id }, precision });
    }
    return this.choose();
  }

  /** Installs a model anew, from where it came. */
  async reinstall({ description: { origin, precision } }: InstalledModel): Promise<void> {
    const { flow } = this.options;
    const { catalogue } = await this.options.backend();
    if (origin?.knownModel !== undefined && catalogue.find(origin.knownModel)) {
      await flow.run({ source: { kind: 'known', id: origin.knownModel }, precision });
    } else if (origin?.repo !== undefined) {
      const { repo, revision } = origin;
      await flow.run({ source: { kind: 'hub', repo, ...(revision !== undefined && { revision }) }, precision });
    } else {
      await this.choose();
    }
  }

  private async list(): Promise<ModelListing> {
    const backend = await this.options.backend();
    const { installations, starterDir, contextKeys } = this.options;
    this.tellOfCatalogue(backend.catalogueProblem);
    const listing = await listModels(backend, starterDir, installations);
    contextKeys.set({ downloadPaused: listing.unfinished.some(({ busy }) => !busy) });
    return listing;
  }

  private async act(action: ModelAction): Promise<void> {
    const { modelSwitch, flow, newModel } = this.options;
    switch (action.kind) {
      case 'use':
        return modelSwitch.to(action.model);
      case 'repair':
        return this.repair(action.model);
      case 'watch':
        return flow.watch(action.installation);
      case 'resume':
        return flow.run(action.install);
      case 'install':
        return newModel.fromCatalogue(action.model);
      case 'forbidden':
        return this.tellOfForbidden();
      case 'browse':
        return newModel.fromDisk(action.what);
      case 'hub':
        return newModel.fromHub();
    }
  }

  private async press(button: ModelButton): Promise<void> {
    const { verification, update, deletion, flow } = this.options;
    switch (button.kind) {
      case 'verify':
        return void (await verification.run(button.model));
      case 'update':
        return update.run(button.model);
      case 'delete':
        return void (await deletion.run(button.model));
      case 'deleteDamaged':
        return void (await deletion.runDamaged(button.model));
      case 'show':
        return reveal(button.dir);
      case 'pause':
      case 'cancel':
        return button.installation.stop(button.kind === 'pause' ? 'paused' : 'cancelled');
      case 'discard':
        await flow.discard(button.install);
        // What else there is to choose from is still the question.
        return this.choose();
    }
  }

  private async repair(model: { dir: string; problem: string }): Promise<void> {
    const [choose, remove] = ['Choose Model…', 'Delete'] as const;
    const picked = await vscode.window.showErrorMessage(`${basename(model.dir)} cannot be used. ${withoutPath(model.problem, model.dir)}`, choose, remove);
    if (picked === choose) await this.choose();
    if (picked === remove) await this.options.deletion.runDamaged(model);
  }

  private async tellOfForbidden(): Promise<void> {
    const [browse, setting] = ['From a File or Folder…', 'Open Setting'] as const;
    const message =
      'Downloads are turned off on this machine (setting biogpt.hub.allowDownloads). ' +
      'A model can be installed from a file or folder.';
    const picked = await vscode.window.showInformationMessage(message, browse, setting);
    if (picked === browse) await this.options.newModel.fromDisk('fileOrFolder');
    if (picked === setting) await openSetting('biogpt.hub.allowDownloads');
  }

  private tellOfCatalogue(problem: string | undefined): void {
    if (problem === this.toldOfCatalogue) return;
    this.toldOfCatalogue = problem;
    if (problem === undefined) return;
    const message = `The catalogue that the setting biogpt.model.catalogue names cannot be used. ${problem}`;
    void vscode.window.showWarningMessage(message, 'Open Setting').then((picked) => {
      if (picked) void openSetting('biogpt.model.catalogue');
    });
  }
}

function openSetting(name: string): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openSettings', name);
}

/** Opens a folder of this machine in its file manager; where there is none, says where it is. */
async function reveal(dir: string): Promise<void> {
  // A browser, or a window on another machine, has no file manager there.
  if (vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined) {
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(dir));
    return;
  }
  const copy = 'Copy Path';
  const picked = await vscode.window.showInformationMessage(`The models are in ${dir}`, copy);
  if (picked === copy) await vscode.env.clipboard.writeText(dir);
}

function inUseFirst(models: readonly InstalledModel[], use: string): InstalledModel[] {
  return [...models].sort((one, other) => Number(isChosen(use, other)) - Number(isChosen(use, one)));
}

async function pickInstalled(
  title: string, models: readonly InstalledModel[], use: string, starter: InstalledModel,
): Promise<InstalledModel | undefined> {
  const items = models.map((model) => {
    const inUse = model === starter ? use === '' : isChosen(use, model);
    return { label: labelOf(model), description: `${formatBytes(model.bytes)}${inUse ? ' · in use' : ''}`, model };
  });
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.model;
}

/** The only one, or the one that is picked. */
async function pickOne<T>(
  title: string, all: readonly T[], face: (each: T) => vscode.QuickPickItem,
): Promise<T | undefined> {
  if (all.length <= 1) return all[0];
  return (await vscode.window.showQuickPick(all.map((each) => ({ ...face(each), each })), { title }))?.each;
}

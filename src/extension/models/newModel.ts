import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ModelShape } from '../../library/catalogue/estimate';
import type { KnownModel } from '../../library/catalogue/knownModel';
import { MODEL_DESCRIPTION_FILE } from '../../modelFolder/format';
import type { InstalledModel, ModelSource } from '../../library/install/types';
import { parseHubName } from './hubName';
import { localShape } from './localShape';
import { hostOf, readModel } from './modelList';
import { pickPrecision } from './precisionPicker';
import { sourceLabel, type InstallRequest } from './sources';
import { formatBytes } from './units';

export interface NewModelOptions {
  hubEndpoint(): string;
  install(request: InstallRequest): Promise<void>;
  /** Uses a model folder where it lies. */
  use(model: InstalledModel): Promise<void>;
}

/** The ways to a model that is not there yet. Each asks first and fetches then. */
export class NewModel {
  constructor(private readonly options: NewModelOptions) {}

  async fromCatalogue(model: KnownModel): Promise<void> {
    const { name, repo, downloadBytes } = model;
    const consequence = `Downloads ${formatBytes(downloadBytes)} from ${this.host()}/${repo}.`;
    await this.ask({ kind: 'known', id: model.id }, name, model, consequence);
  }

  async fromHub(): Promise<void> {
    const name = await vscode.window.showInputBox({
      title: 'Install a Model From the Hub',
      prompt: `A repository of model type biogpt on ${this.host()}. Nothing is fetched yet.`,
      placeHolder: 'owner/name or owner/name@revision',
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
    const what = revision === undefined ? repo : `${repo} at ${revision}`;
    await this.ask(parsed.source, repo, undefined, `Downloads ${what} from ${this.host()}.`);
  }

  /** From a checkpoint on this machine, or straight from a finished model folder. @throws ModelError */
  async fromDisk(what: 'fileOrFolder' | 'folder' | 'file'): Promise<void> {
    const [uri] = (await vscode.window.showOpenDialog({
      title: 'Install a Model From a File or Folder',
      openLabel: 'Use',
      canSelectFolders: what !== 'file',
      canSelectFiles: what !== 'folder',
      canSelectMany: false,
      ...(what === 'file' && { filters: { Checkpoints: ['tgz', 'gz', 'tar'], 'All Files': ['*'] } }),
    })) ?? [];
    if (uri === undefined) return;
    const path = uri.fsPath;
    if (await exists(join(path, MODEL_DESCRIPTION_FILE))) {
      await this.options.use(await readModel(path));
      return;
    }
    const source: ModelSource = { kind: 'local', path };
    const consequence = 'Converts it, without any network.';
    await this.ask(source, sourceLabel(source, []), await localShape(path), consequence);
  }

  private async ask(
    source: ModelSource, label: string, shape: ModelShape | undefined, consequence: string,
  ): Promise<void> {
    const precision = await pickPrecision(label, shape, `${consequence} Which precision?`);
    if (precision !== undefined) await this.options.install({ source, precision });
  }

  private host(): string {
    return hostOf(this.options.hubEndpoint());
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}

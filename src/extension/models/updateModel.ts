import * as vscode from 'vscode';
import type { InstalledModel } from '../../library/install/types';
import type { ModelBackend } from './backend';
import { sameRevision, type InstallRequest } from './sources';
import { formatBytes } from './units';
import { labelOf } from './verifyModel';

export interface UpdateOptions {
  backend(): Promise<ModelBackend>;
  install(request: InstallRequest): Promise<void>;
}

/** *Update Model…*: installs the revision that a model would have today, in the same precision. */
export class ModelUpdate {
  constructor(private readonly options: UpdateOptions) {}

  /** Asks the Hub where the catalogue does not know. @throws HubError; ModelError if downloads are forbidden */
  async run(model: InstalledModel): Promise<void> {
    const label = labelOf(model);
    const { origin, precision } = model.description;
    const { installer, catalogue } = await this.options.backend();
    if (origin?.repo === undefined) {
      const message = `${label} was installed from a file or folder; install it anew to update it.`;
      void vscode.window.showInformationMessage(message);
      return;
    }
    const asking = { location: vscode.ProgressLocation.Window, title: `Looking for an update of ${label}` };
    const latest = await vscode.window.withProgress(asking, () => installer.latestRevision(model));
    if (latest === undefined || sameRevision(latest, origin.revision)) {
      void vscode.window.showInformationMessage(`${label} is up to date.`);
      return;
    }
    const known = origin.knownModel === undefined ? undefined : catalogue.find(origin.knownModel);
    const update = 'Update';
    const size = known ? `${formatBytes(known.downloadBytes)} are downloaded` : 'It is downloaded anew';
    const detail =
      `${size} from ${origin.repo}, revision ${latest.slice(0, 7)}. The old one serves until the new one is ready.`;
    const question = `There is an update of ${label}.`;
    const picked = await vscode.window.showInformationMessage(question, { modal: true, detail }, update);
    if (picked !== update) return;
    await this.options.install({
      source: known ? { kind: 'known', id: known.id } : { kind: 'hub', repo: origin.repo, revision: latest },
      precision,
    });
  }
}

import * as vscode from 'vscode';
import type { DamagedModel } from '../../library/install/modelStore';
import type { InstalledModel } from '../../library/install/types';
import type { ModelBackend } from './backend';
import type { FailedChecks } from './failedChecks';
import { withoutPath } from './problems';
import { formatBytes } from './units';
import { labelOf } from './verifyModel';

export interface DeleteOptions {
  backend(): Promise<ModelBackend>;
  failedChecks: FailedChecks;
  isInUse(model: Pick<InstalledModel, 'name' | 'dir'>): boolean;
  /** Switches to the starter if the model is in use. */
  away(model: Pick<InstalledModel, 'name' | 'dir'>): Promise<void>;
  /** Resolves once our decoder has let go of the folder. */
  release(modelDir: string): Promise<void>;
}

/** Other windows' decoders follow the setting within moments; on Windows their open files are in the way until then. */
const TRIES = 10;
const PAUSE_MS = 500;

/** *Delete Model…*: asks, lets the starter take over, and deletes. */
export class ModelDeletion {
  constructor(private readonly options: DeleteOptions) {}

  /** @returns whether it was deleted. @throws ModelError if it can't be */
  async run(model: InstalledModel): Promise<boolean> {
    const detail = this.options.isInUse(model)
      ? 'It is in use: the starter model takes over at once.'
      : 'It can be installed again at any time.';
    const question = `Delete ${labelOf(model)}? This frees ${formatBytes(model.bytes)}.`;
    if (!(await confirmed(question, detail))) return false;
    return this.remove(model);
  }

  /** @returns whether it was deleted. @throws ModelError if it can't be */
  async runDamaged(model: DamagedModel): Promise<boolean> {
    const name = model.dir.split(/[/\\]/).at(-1)!;
    if (!(await confirmed(`Delete ${name}?`, withoutPath(model.problem, model.dir)))) return false;
    return this.remove({ name, dir: model.dir, shared: false });
  }

  private async remove(model: Pick<InstalledModel, 'name' | 'dir' | 'shared'>): Promise<boolean> {
    const { backend, failedChecks, away, release } = this.options;
    await away(model);
    await release(model.dir);
    const { store } = await backend();
    for (let left = TRIES; ; left--) {
      try {
        await store.remove(model);
        break;
      } catch (error) {
        if (left <= 1 || !isHeld(error)) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
    await failedChecks.forget(model.dir);
    return true;
  }
}

async function confirmed(question: string, detail: string): Promise<boolean> {
  const yes = 'Delete';
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}

function isHeld(error: unknown): boolean {
  const code = ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EBUSY' || code === 'EPERM' || code === 'EACCES';
}

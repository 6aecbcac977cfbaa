import { join } from 'node:path';
import * as vscode from 'vscode';
import type { InstalledModel } from '../../library/install/types';
import { isChosen } from './chosenModel';
import type { FailedChecks } from './failedChecks';

export interface SwitchOptions {
  starterDir: string;
  /** Folders whose models are named, not given by their path. */
  roots(): string[];
  /** Writes the setting. */
  use(value: string): Promise<void>;
  /** The setting is unchanged, the model may not be: the decoder starts over. */
  startOver(): void;
  /** The setting's value. */
  current(): string;
  failedChecks: FailedChecks;
  /** Whether the model passes its check; tells of it if it does not. */
  verify(model: InstalledModel): Promise<boolean>;
}

/** Changes the model in use, in this window at once and in the others through the setting. */
export class ModelSwitch {
  constructor(private readonly options: SwitchOptions) {}

  /** Uses a model from now on; one that has failed its check must pass it first. */
  async to(model: InstalledModel): Promise<void> {
    const { failedChecks, verify } = this.options;
    if (failedChecks.reasonOf(model.dir) !== undefined && !(await verify(model))) return;
    await this.set(model);
    const { name, precision } = model.description;
    vscode.window.setStatusBarMessage(`$(check) ${name} (${precision}) is in use.`, 5000);
  }

  /** Uses a model without asking anything. */
  async set(model: InstalledModel): Promise<void> {
    const value = this.valueFor(model);
    if (value === this.options.current()) this.options.startOver();
    else await this.options.use(value);
  }

  /** Uses the starter if `model` is the one in use. */
  async away({ name, dir }: Pick<InstalledModel, 'name' | 'dir'>): Promise<void> {
    if (isChosen(this.options.current(), { name, dir })) await this.options.use('');
  }

  private valueFor({ name, dir }: InstalledModel): string {
    if (dir === this.options.starterDir) return '';
    return this.options.roots().some((root) => join(root, name) === dir) ? name : dir;
  }
}

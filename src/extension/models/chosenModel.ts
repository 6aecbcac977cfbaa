import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { openModelFolder } from '../../modelFolder/modelFolder';
import * as vscode from 'vscode';
import { ModelError } from '../../modelFolder/modelError';
import { wordedWithoutPath } from '../wording';

/** The starter is used instead of the model that was chosen. */
export interface Fallback {
  /** The value of the setting. */
  wanted: string;
  /** Why the chosen model cannot be used, in a sentence or more. */
  reason: string;
}

export interface ModelChoice {
  /** Absolute path of the folder to load. */
  modelDir: string;
  fallback?: Fallback;
}

export interface ChosenModelOptions {
  /** `biogpt.model.use`, read at each choice. */
  use(): string;
  /** Folders of model folders, the first one first. */
  roots(): string[];
  starterDir: string;
  /** Why a model folder failed its check, if it did. */
  failedCheck(modelDir: string): string | undefined;
  /** Told at each choice; the fallback, if there is one. */
  onChoice(fallback: Fallback | undefined): void;
}

/** Which model the decoder loads: the chosen one, or the starter as long as that one cannot be used. */
export class ChosenModel {
  /** The model folder that a decoder could not load, and why. */
  private refused: { modelDir: string; reason: string } | undefined;

  constructor(private readonly options: ChosenModelOptions) {}

  /** Looks at the chosen model's folder; whether its weights are right is left to the check. */
  async choose(): Promise<ModelChoice> {
    const { use, roots, starterDir, failedCheck } = this.options;
    const wanted = use();
    if (wanted === '') return { modelDir: starterDir };
    const fallBack = (reason: string): ModelChoice => ({ modelDir: starterDir, fallback: { wanted, reason } });

    let problem = vscode.l10n.t('No model with this name is installed.');
    for (const dir of candidates(wanted, roots())) {
      try {
        await openModelFolder(dir);
      } catch (error) {
        // What is wrong with a folder that is there says more than that another one is not.
        const absent = error instanceof ModelError && error.code === 'notFound';
        if (isPath(wanted) || !absent) problem = wordedWithoutPath(error, dir);
        continue;
      }
      const failed = failedCheck(dir);
      if (failed !== undefined) return fallBack(vscode.l10n.t('It failed verification. {0}', failed));
      if (this.refused?.modelDir === dir) return fallBack(this.refused.reason);
      return { modelDir: dir };
    }
    return fallBack(problem);
  }

  /** As `choose`; the choice is told. */
  async next(): Promise<string> {
    const { modelDir, fallback } = await this.choose();
    this.options.onChoice(fallback);
    return modelDir;
  }

  /** The name of the model that the next decoder loads, and whether its descriptions of terms are worth reading. */
  async describes(): Promise<{ name: string; describes: boolean }> {
    const { modelDir } = await this.choose();
    const { description } = await openModelFolder(modelDir);
    return { name: description.name, describes: description.describes ?? true };
  }

  /**
   * Remembers that a decoder could not load a model, or ended over it: the next choice is the starter.
   * @returns whether there is such a choice
   */
  refuse(modelDir: string, error: unknown): boolean {
    if (modelDir === this.options.starterDir) return false;
    this.refused = { modelDir, reason: wordedWithoutPath(error, modelDir) };
    return true;
  }

  /** Forgets that a decoder has refused a model: someone asks for it again. */
  tryAgain(): void {
    this.refused = undefined;
  }
}

/** Whether the value of the setting names this model. */
export function isChosen(use: string, model: { name: string; dir: string }): boolean {
  return use !== '' && (isPath(use) ? resolve(expandHome(use)) === model.dir : use === model.name);
}

/** A value of the setting that is a path, not a model's name. */
export function isPath(use: string): boolean {
  return /[/\\]/.test(use);
}

/** The folders that the value of the setting may mean, the first one first. */
export function candidates(use: string, roots: readonly string[]): string[] {
  if (!isPath(use)) return roots.map((root) => join(root, use));
  return [resolve(expandHome(use))];
}

/** A leading `~` is the user's home. */
function expandHome(path: string): string {
  return /^~[/\\]/.test(path) ? join(homedir(), path.slice(2)) : path;
}

/** A place to remember things from one session to the next: `vscode.Memento`. */
export interface Memory {
  get<T>(key: string, otherwise: T): T;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'models.failedChecks';

/** The model folders that have failed verification, and why: they are not used until they pass it. */
export class FailedChecks {
  constructor(private readonly memory: Memory) {}

  reasonOf(modelDir: string): string | undefined {
    return this.all()[modelDir];
  }

  async remember(modelDir: string, reason: string): Promise<void> {
    await this.memory.update(KEY, { ...this.all(), [modelDir]: reason });
  }

  async forget(modelDir: string): Promise<void> {
    if (this.reasonOf(modelDir) === undefined) return;
    const { [modelDir]: _, ...others } = this.all();
    await this.memory.update(KEY, others);
  }

  private all(): Readonly<Record<string, string>> {
    return this.memory.get<Record<string, string>>(KEY, {});
  }
}

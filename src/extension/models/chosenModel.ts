import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { openModelFolder } from '../../modelFolder/modelFolder';
import type { ModelInfo } from '../../protocol/decoder';
import * as vscode from 'vscode';
import type { ModelLoader } from '../../client/modelChoice';
import { worded, wordedWithoutPath } from '../wording';

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

    let problem = vscode.l10n.t('No model of this name is installed.');
    for (const dir of candidates(wanted, roots())) {
      try {
        await openModelFolder(dir);
      } catch (error) {
        // What is wrong with a folder that is there says more than that another one is not.
        const told = wordedWithoutPath(worded(error), dir);
        if (isPath(wanted) || !/does not exist/i.test(told)) problem = told;
        continue;
      }
      const failed = failedCheck(dir);
      if (failed !== undefined) return fallBack(vscode.l10n.t('It failed verification. {0}', failed));
      if (this.refused?.modelDir === dir) return fallBack(this.refused.reason);
      return { modelDir: dir };
    }
    return fallBack(problem);
  }

  /**
   * Loads the chosen model, or the starter if the decoder refuses it. A process that ends over it is
   * remembered: the next one loads the starter.
   * @throws Error as the process did, for the starter or when the process has ended
   */
  async load(loader: ModelLoader): Promise<ModelInfo> {
    const { starterDir, onChoice } = this.options;
    const { modelDir, fallback } = await this.choose();
    onChoice(fallback);
    try {
      return await loader.load(modelDir);
    } catch (error) {
      if (modelDir === starterDir || loader.stopping) throw error;
      const reason = wordedWithoutPath(worded(error), modelDir);
      this.refused = { modelDir, reason };
      if (!isAnswer(error)) throw error;
      onChoice({ wanted: this.options.use(), reason });
      return loader.load(starterDir);
    }
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

/** The decoder answered that it can't: it lives on. Anything else means that the process is gone. */
function isAnswer(error: unknown): boolean {
  return typeof (error as { code?: unknown }).code === 'number';
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

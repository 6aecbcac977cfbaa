import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { openModelFolder } from '../../modelFolder/modelFolder';
import type { ModelInfo } from '../../protocol/decoder';
import type { ModelLoader } from '../../client/modelChoice';
import { withoutPath } from './problems';

/** The starter serves in place of the model that was chosen. */
export interface StandIn {
  /** The value of the setting. */
  wanted: string;
  /** Why the chosen model cannot serve, in a sentence or more. */
  reason: string;
}

export interface ModelChoice {
  /** Absolute path of the folder to load. */
  modelDir: string;
  standIn?: StandIn;
}

export interface ChosenModelOptions {
  /** `biogpt.model.use`, read at each choice. */
  use(): string;
  /** Folders of model folders, the first one first. */
  roots(): string[];
  starterDir: string;
  /** Why a model folder failed its check, if it did. */
  failedCheck(modelDir: string): string | undefined;
  /** Told at each choice whether the starter has to stand in. */
  onChoice(standIn: StandIn | undefined): void;
}

/** Which model the decoder loads: the chosen one, or the starter as long as that one cannot serve. */
export class ChosenModel {
  /** The model folder that a decoder could not load, and why. */
  private refused: { modelDir: string; reason: string } | undefined;

  constructor(private readonly options: ChosenModelOptions) {}

  /** Looks at the chosen model's folder; whether its weights are right is left to the check. */
  async choose(): Promise<ModelChoice> {
    const { use, roots, starterDir, failedCheck } = this.options;
    const wanted = use();
    if (wanted === '') return { modelDir: starterDir };
    const standIn = (reason: string): ModelChoice => ({ modelDir: starterDir, standIn: { wanted, reason } });

    let problem = `There is no model named ${wanted} on this machine.`;
    for (const dir of candidates(wanted, roots())) {
      try {
        await openModelFolder(dir);
      } catch (error) {
        // What is wrong with a folder that is there says more than that another one is not.
        const told = withoutPath(messageOf(error), dir);
        if (isPath(wanted) || !/does not exist/i.test(told)) problem = told;
        continue;
      }
      const failed = failedCheck(dir);
      if (failed !== undefined) return standIn(`It has failed its check. ${failed}`);
      if (this.refused?.modelDir === dir) return standIn(this.refused.reason);
      return { modelDir: dir };
    }
    return standIn(problem);
  }

  /**
   * Loads the chosen model, or the starter if the decoder refuses it. A process that ends over it is
   * remembered: the next one loads the starter.
   * @throws Error as the process did, for the starter or when the process has ended
   */
  async load(loader: ModelLoader): Promise<ModelInfo> {
    const { starterDir, onChoice } = this.options;
    const { modelDir, standIn } = await this.choose();
    onChoice(standIn);
    try {
      return await loader.load(modelDir);
    } catch (error) {
      if (modelDir === starterDir || loader.stopping) throw error;
      const reason = withoutPath(messageOf(error), modelDir);
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

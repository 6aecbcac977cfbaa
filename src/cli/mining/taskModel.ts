import { resolve } from 'node:path';
import { ModelStore } from '../../library/installation/modelStore';
import { taskReader, type TaskReader } from '../../mining/taskReader';
import type { ModelDescription } from '../../modelFolder/format';
import { openModelFolder } from '../../modelFolder/modelFolder';
import { defaultModelsFolder } from '../modelsFolder';

/** What a command wants of a model. */
export interface MiningWork<K extends TaskReader = TaskReader> {
  /** As a sentence says it: "extract relations". */
  words: string;
  fits(task: TaskReader): task is K;
  /** A known model that does it, by its name for `models install`. */
  known?: string;
}

/**
 * The model in a folder, else the one of the installed models that does what is wanted.
 * @param model its folder
 * @param installedIn folder of installed models
 * @throws Error where it has no task, or one of another kind; where none is installed, or several
 */
export async function taskModelFor<K extends TaskReader>(
  { words, fits, known }: MiningWork<K>,
  model: string | undefined,
  installedIn = defaultModelsFolder,
): Promise<{ dir: string; task: K }> {
  if (model !== undefined) {
    const { dir, description } = await openModelFolder(resolve(model));
    const task = taskOf(description);
    if (task === undefined) {
      throw new Error(
        `${description.name} is not fine-tuned for text mining. Specify a fine-tuned model with --model. To create one, see "biogpt convert --help" (--task).`,
      );
    }
    if (!fits(task)) {
      throw new Error(
        `${description.name} is fine-tuned for ${task.id} and cannot ${words}. Specify another model with --model.`,
      );
    }
    return { dir, task };
  }
  const { models } = await new ModelStore(installedIn).list();
  const found = models.flatMap(({ dir, description }) => {
    const task = taskOf(description);
    return task !== undefined && fits(task) ? [{ dir, task }] : [];
  });
  const [only, ...others] = found;
  if (only === undefined) {
    const how =
      known === undefined
        ? 'convert your own fine-tuned checkpoint with "biogpt convert --task", and specify the folder with --model'
        : `download one with "biogpt models install ${known}", or specify the folder of your own with --model`;
    throw new Error(`To ${words}, you need a model that is fine-tuned for this task, and none is installed: ${how}.`);
  }
  if (others.length > 0) {
    const folders = found.map(({ dir }) => dir).join(', ');
    throw new Error(`Several installed models can ${words}: ${folders}. Specify one of them with --model.`);
  }
  process.stderr.write(`Using the installed model ${only.dir}.\n`);
  return only;
}

function taskOf({ task }: ModelDescription): TaskReader | undefined {
  return task && taskReader(task);
}

import { english, phrase } from '../../modelFolder/phrase';
import type { Failure } from '../../protocol/failure';

/** A model was asked to mine a text that was not tuned for that, or for another task. */
export class NoTask extends Error {
  override readonly name = 'NoTask';
  readonly failure: Failure;

  /** @param task the one that is asked for; left out: any */
  constructor(model: string, task?: string) {
    const problem =
      task === undefined
        ? phrase`${model} is not fine-tuned for text mining. Choose a model that is.`
        : phrase`${model} is not fine-tuned for the task "${task}". Choose a model that is.`;
    super(english(problem));
    this.failure = { code: 'noTask', problem };
  }
}

/** From a text to the tokens that a task's model reads. Source: fairseq's `language_modeling_prompt` task of microsoft/BioGPT. */
import type { MinedText, Task } from './task';

/** What the input is made with; the tokenizer and the rows belong to a model. */
export interface InputParts {
  /** Ids of a text, without `</s>` at either end. */
  encode(text: string): readonly number[];
  /** Id of `</s>`, which begins every input. */
  endOfText: number;
  /** Id of `...`, which ends a source that was cut. */
  ellipsis: number;
  /** Id of the first row of the soft prompt; the others follow. */
  firstPromptRow: number;
}

export interface TaskInput {
  /** `</s>`, source, soft prompt. */
  ids: number[];
  /** Whether the source was too long, so that its end was not read. */
  cut: boolean;
}

/** The tokens of a text: `</s>`, the source (cut to the task's length, `...` at its end then), and the soft prompt. */
export function inputOf<A>(task: Task<A>, text: MinedText, parts: InputParts): TaskInput {
  let source = parts.encode(task.source(text));
  const cut = source.length > task.maxSourceTokens;
  if (cut) source = [...source.slice(0, task.maxSourceTokens - 1), parts.ellipsis];
  const prompt = Array.from({ length: task.promptRows }, (_, row) => parts.firstPromptRow + row);
  return { ids: [parts.endOfText, ...source, ...prompt], cut };
}

/** From a source text to the ids that a task's model reads. Source: fairseq's `language_modeling_prompt` of microsoft/BioGPT. */
import { SPECIAL_IDS } from '../../tokenizer/bioGptTokenizer';

/** What of a task decides on its input; `ModelTask` of a model folder. */
export interface InputShape {
  /** Ids between source and answer. */
  prompt: readonly number[];
  /** The leading `</s>` not counted. */
  maxSourceTokens: number;
}

export interface TaskInput {
  /** `</s>`, source, prompt. */
  ids: number[];
  /** Whether the source was too long, so that its end was not read. */
  cut: boolean;
}

/**
 * The ids of a text: `</s>`, the source (cut to the task's length, `...` at its end then), and the prompt.
 * @param encode ids of a text, the leading `</s>` included
 */
export function taskInput(
  source: string,
  { prompt, maxSourceTokens }: InputShape,
  encode: (text: string) => readonly number[],
): TaskInput {
  let ids = encode(source).slice(1);
  const cut = ids.length > maxSourceTokens;
  if (cut) ids = [...ids.slice(0, maxSourceTokens - 1), encode('...')[1] ?? SPECIAL_IDS.unk];
  return { ids: [SPECIAL_IDS.eos, ...ids, ...prompt], cut };
}

/**
 * What a text-mining task of BioGPT is: which text the model reads, and how its answer is read; the lengths of both belong
 * to the model. The five tasks of the paper (Luo et al. 2022, section 4) are values of this type, in `tasks.ts`.
 */

/** A text to be mined. */
export interface MinedText {
  /** Empty where the text has none. */
  title: string;
  text: string;
  /** The question of a task that answers one. */
  question?: string;
  /** The conclusion that BioGPT-Large-PubMedQA was given beside the abstract. */
  conclusion?: string;
}

export interface Task<Answer> {
  /** Name in commands and in `model.json`. */
  readonly id: string;
  /** The text as the model was trained to read it: one line, cased as it was in training. */
  source(text: MinedText): string;
  /**
   * Reads an answer.
   * @param output what the model wrote behind the prompt, detokenised
   * @returns null where nothing of the answer's form is found
   */
  parse(output: string): Answer | null;
  /** The answers that can be scored against one another, where there are few; the text behind the prompt, without its end. */
  readonly choices?: readonly { answer: string; text: string }[];
}

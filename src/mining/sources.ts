/** The line that each task's model was trained to read. Source: `examples/<task>/preprocess.py` and `rebuild_data.py`. */
import { collapsed, strip } from './answerLine';
import type { MinedText } from './task';

const oneLine = (text: string): string => strip(text.replace(/\r\n|[\r\n]/g, ' '));

/** Title, ". " behind a letter, digit or underscore and " " behind anything else, text; in small letters. */
export function titleAndText({ title, text }: MinedText): string {
  const head = oneLine(title);
  const body = oneLine(text);
  if (head === '') return body.toLowerCase();
  return strip(`${head}${/[\p{L}\p{N}_]$/u.test(head) ? '. ' : ' '}${body}`).toLowerCase();
}

/** The text alone, in small letters. */
export function textAlone({ title, text }: MinedText): string {
  return oneLine(text === '' ? title : text).toLowerCase();
}

/** A sentence as it is; it ends in a full stop, whatever else it ends in. */
export function sentence({ text }: MinedText): string {
  const line = oneLine(text);
  return line.endsWith('.') ? line : `${line}.`;
}

/**
 * Question and context, cased; and the conclusion where the model was trained with it, as `BioGPT-Large-PubMedQA` was: that
 * form of 2022 keeps the context's white space and ends in a full stop.
 */
export function questionAndContext({ title, text, question, conclusion }: MinedText): string {
  const asked = `question: ${strip(question ?? title)} context: `;
  if (conclusion === undefined) return strip(asked + collapsed(text));
  const line = `${asked}${strip(text)} answer: ${strip(conclusion)}`;
  return line.endsWith('.') ? line : `${line}.`;
}

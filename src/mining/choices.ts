/** What a model's weighing of fixed answers means: shares, the best of them, and which parts of a document get one each. */
import { documentSentences, wholeText, type SourceDocument } from './document';
import type { Span } from './grounding/names';
import type { MinedText } from './task';
import type { ChoiceTask } from './taskReader';

/** An answer with its probability among those that the task knows. */
export interface Weighed {
  answer: string;
  probability: number;
}

/** Probabilities of choices among themselves. @param logs natural logarithms */
export function sharesOf(logs: readonly number[]): number[] {
  const most = Math.max(...logs);
  const weights = logs.map((log) => Math.exp(log - most));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The task's answers with their shares, to four digits, in the task's order. @param logs as `sharesOf` */
export function weighed({ choices }: Pick<ChoiceTask, 'choices'>, logs: readonly number[]): Weighed[] {
  const shares = sharesOf(logs);
  return choices.map(({ answer }, i) => ({ answer, probability: Number(shares[i]!.toFixed(4)) }));
}

/** The likeliest answer, of several the first. */
export function bestOf(answers: readonly Weighed[]): Weighed {
  return answers.reduce((best, each) => (each.probability > best.probability ? each : best));
}

/** A part of a document that gets a class of its own; its place is that in `wholeText`. */
export interface Part extends Span {
  text: MinedText;
}

/** Each sentence, or the whole document, as the task has it. */
export function partsOf(task: Pick<ChoiceTask, 'bySentence'>, document: SourceDocument): Part[] {
  const text = wholeText(document);
  if (!task.bySentence) return [{ start: 0, end: text.length, text: document }];
  return documentSentences(document).map(({ start, end }) => ({
    start,
    end,
    text: { title: '', text: text.slice(start, end) },
  }));
}

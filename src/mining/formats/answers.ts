/** Answers to questions and classes of texts, as files. */
import { CodePoints, wholeText, type SourceDocument } from '../document';
import { bestOf, type Weighed } from '../choices';
import type { Span } from '../grounding/names';

export type AnswerFormat = 'tsv' | 'jsonl';

/** The answer to a question about a document. */
export interface GivenAnswer {
  id: string;
  question: string;
  answers: readonly Weighed[];
  /** The end of the document was not read. */
  cut: boolean;
}

/** A part of a document and its class. */
export interface ClassifiedPart extends Span {
  classes: readonly Weighed[];
}

const cells = (row: readonly (string | number)[]): string =>
  `${row.map((cell) => String(cell).replace(/[\t\r\n]+/g, ' ')).join('\t')}\n`;

const probabilities = (answers: readonly Weighed[]): Record<string, number> =>
  Object.fromEntries(answers.map(({ answer, probability }) => [answer, probability]));

/** @param answers that the task knows */
export function answerHeader(format: AnswerFormat, answers: readonly string[]): string {
  return format === 'jsonl' ? '' : cells(['document', 'question', 'answer', ...answers]);
}

export function answerLine(format: AnswerFormat, { id, question, answers, cut }: GivenAnswer): string {
  const { answer } = bestOf(answers);
  if (format === 'tsv') return cells([id, question, answer, ...answers.map(({ probability }) => probability)]);
  return `${JSON.stringify({ id, question, answer, probabilities: probabilities(answers), ...(cut && { cut }) })}\n`;
}

export function classHeader(format: AnswerFormat): string {
  return format === 'jsonl' ? '' : cells(['document', 'start', 'end', 'class', 'probability', 'text']);
}

/** The lines of a document; places count in code points. */
export function classLines(format: AnswerFormat, document: SourceDocument, parts: readonly ClassifiedPart[]): string {
  const text = wholeText(document);
  const points = new CodePoints(text);
  return parts
    .map(({ start: from, end: to, classes }) => {
      const best = bestOf(classes);
      const [start, end, words] = [points.fromUnits(from), points.fromUnits(to), text.slice(from, to)];
      if (format === 'tsv') return cells([document.id, start, end, best.answer, best.probability, words]);
      const value = { id: document.id, start, end, text: words, class: best.answer };
      return `${JSON.stringify({ ...value, probabilities: probabilities(classes) })}\n`;
    })
    .join('');
}

import { weighed } from '../../mining/choices';
import type { SourceDocument } from '../../mining/document';
import { answerHeader, answerLine, type AnswerFormat, type GivenAnswer } from '../../mining/formats/answers';
import type { ChoiceTask } from '../../mining/taskReader';
import { forEachDocument, openInputs, openMiner, type OpenMiner, type MiningOptions } from '../mining/mineAll';
import { openOutput } from '../mining/resumableOutput';
import type { MiningWork } from '../mining/taskModel';

export interface AskOptions extends MiningOptions {
  question?: string;
  conclusion?: string;
  format?: AnswerFormat;
}

export const ANSWER_QUESTIONS: MiningWork<ChoiceTask> = {
  words: 'answer questions',
  fits: (task): task is ChoiceTask => task.kind === 'choice' && task.asks,
  known: 'biogpt-large-pubmedqa',
};

export async function ask(paths: readonly string[], options: AskOptions): Promise<void> {
  const miner = await openMiner(options, ANSWER_QUESTIONS);
  try {
    await askBy(miner, paths, options);
  } finally {
    await miner.dispose();
  }
}

/** The same with a model that is open. */
export async function askBy(
  miner: OpenMiner<ChoiceTask>,
  paths: readonly string[],
  options: AskOptions,
): Promise<void> {
  const { question, conclusion, out, resume, json } = options;
  const format = options.format ?? (json ? 'jsonl' : 'tsv');
  const { task } = miner;
  const inputs = await openInputs(paths, options);
  const header = answerHeader(
    format,
    task.choices.map(({ answer }) => answer),
  );
  const settings = {
    '--model': miner.dir,
    '--input-format': options.inputFormat,
    '--format': format,
    '--question': question,
    '--conclusion': conclusion,
  };
  const output = await openOutput(out, { header, between: '', footer: '' }, { resume, settings });
  const answered = async (document: SourceDocument, signal: AbortSignal): Promise<GivenAnswer> => {
    const asked = question ?? questionOf(document);
    const ended = conclusion ?? document.conclusion;
    const source = task.source({ ...document, question: asked, ...(ended !== undefined && { conclusion: ended }) });
    const { choices, cut } = await miner.mine({ source, choices: task.choices.map(({ text }) => text) }, signal);
    return { id: document.id, question: asked, answers: weighed(task, choices!), cut };
  };
  await forEachDocument(inputs, options, output, answered, (answer, which) =>
    output.add(which, answerLine(format, answer)),
  );
}

/** A document's own question; titles are often one. */
function questionOf({ question, title }: SourceDocument): string {
  if (question !== undefined && question.trim() !== '') return question;
  if (title.trim().endsWith('?')) return title;
  throw new Error('This document has no question. Specify one with --question, or add a "question" to each document.');
}

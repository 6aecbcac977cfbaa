import type { SourceDocument } from '../../mining/document';
import type { ChoiceTask, TaskReader } from '../../mining/taskReader';
import {
  forEachDocument,
  openInputs,
  openMiner,
  type OpenMiner,
  sharesOf,
  type MiningOptions,
} from '../mining/mineAll';
import { openOutput } from '../mining/resumableOutput';

export interface AskOptions extends MiningOptions {
  question?: string;
  conclusion?: string;
  format?: 'tsv' | 'jsonl';
}

const asks = (task: TaskReader): task is ChoiceTask => task.kind === 'choice' && task.asks;

export async function ask(paths: readonly string[], options: AskOptions): Promise<void> {
  const miner = await openMiner(options, asks, 'answers to questions');
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
  const { question, conclusion, out, resume, model, json } = options;
  const format = options.format ?? (json ? 'jsonl' : 'tsv');
  const { task } = miner;
  const inputs = await openInputs(paths, options);
  const answers = task.choices.map(({ answer }) => answer);
  const header = format === 'jsonl' ? '' : `${['document', 'question', 'answer', ...answers].join('\t')}\n`;
  const settings = [model, format, question ?? ''].join(' ');
  const output = await openOutput(out, { header, between: '', footer: '' }, { resume, settings });
  await forEachDocument(inputs, options, output, async (document, which) => {
    const asked = question ?? questionOf(document);
    const ended = conclusion ?? document.conclusion;
    const source = task.source({ ...document, question: asked, ...(ended !== undefined && { conclusion: ended }) });
    const { choices, cut } = await miner.mine({ source, choices: task.choices.map(({ text }) => text) });
    const shares = sharesOf(choices!);
    const answer = answers[shares.indexOf(Math.max(...shares))]!;
    const rounded = shares.map((share) => Number(share.toFixed(4)));
    const row = [document.id, asked, answer, ...rounded].map((cell) => String(cell).replace(/[\t\r\n]+/g, ' '));
    const probabilities = Object.fromEntries(answers.map((name, i) => [name, rounded[i]]));
    const value = { id: document.id, question: asked, answer, probabilities, ...(cut && { cut }) };
    await output.add(which, format === 'jsonl' ? `${JSON.stringify(value)}\n` : `${row.join('\t')}\n`);
  });
}

/** A document's own question; titles are often one. */
function questionOf({ question, title }: SourceDocument): string {
  if (question !== undefined && question.trim() !== '') return question;
  if (title.trim().endsWith('?')) return title;
  throw new Error('There is no question. Ask one with --question, or give each document a "question".');
}

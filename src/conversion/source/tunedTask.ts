import { basename, dirname } from 'node:path';
import { ModelError } from '../../modelFolder/modelError';
import {
  LARGE_PUBMEDQA_SHAPE,
  PAPER_SHAPES,
  PAPER_TASKS,
  type ModelTask,
  type PaperTask,
} from '../../modelFolder/modelTask';
import { phrase, type Phrase } from '../../modelFolder/phrase';
import type { SourceFolder } from './sourceFolder';

/** What somebody says of a model's task, where the model itself doesn't. */
export type ToldTask = { id: PaperTask; withConclusion?: boolean } | { declared: ModelTask };

/** Words in the paths of training data and in the names of the published archives, by task. */
const HINTS: readonly [RegExp, PaperTask][] = [
  [/bc5cdr/i, 'bc5cdr'],
  [/kd-?dti|re-dti/i, 'kd-dti'],
  [/ddi/i, 'ddi'],
  [/(?:^|[^a-z])hoc(?:[^a-z]|$)/i, 'hoc'],
  [/pubmedqa|pqal/i, 'pubmedqa'],
];

/** Symbols of BioGPT-Large's vocabulary, which no task of the paper but PubMedQA was tuned with in public. */
const LARGE_SYMBOLS = 57_717;

/** A soft prompt's symbol as fairseq adds it to its dictionary. */
const PROMPT_SYMBOL = /^learned(\d+)<\/w>$/;

/**
 * The task that a model was tuned for: told, or declared in its folder, or by its prompt rows and by what it was trained on.
 * @param warnings gets what its user should know
 * @returns undefined for a model without a prompt, such as BioGPT itself
 * @throws ModelError if the model can't have the task that was told
 */
export function tunedTask(folder: SourceFolder, told: ToldTask | undefined, warnings: Phrase[]): ModelTask | undefined {
  if (told && 'declared' in told) return checked(folder, told.declared);
  const rows = promptRows(folder);
  if (told) return paperTask(folder, told.id, rows, told.withConclusion ?? isLarge(folder, rows));
  if (folder.declaredTask) return checked(folder, folder.declaredTask);
  if (rows.length !== 9 && rows.length !== 1) return undefined;
  const hint = [folder.trainedOn ?? '', basename(folder.dir), basename(dirname(folder.dir))].join(' ');
  const id = isLarge(folder, rows)
    ? 'pubmedqa'
    : (HINTS.find(([words, task]) => words.test(hint) && PAPER_SHAPES[task].promptRows === rows.length)?.[1] ??
      (rows.length === 1 ? 'hoc' : undefined));
  if (id === undefined) {
    const names = PAPER_TASKS.filter((task) => PAPER_SHAPES[task].promptRows === rows.length).join(', ');
    warnings.push(
      phrase`${folder.dir}: the model was fine-tuned for a text-mining task (its soft prompt has ${rows.length} tokens) but does not say which one. To use it for text mining, convert it again with --task followed by one of: ${names}.`,
    );
    return undefined;
  }
  const withConclusion = isLarge(folder, rows);
  if (id === 'pubmedqa' && !withConclusion) {
    warnings.push(
      phrase`${folder.dir}: assumed to be a PubMedQA model that reads the question and the context. If it was also trained with the conclusion, convert it again with --task pubmedqa --with-conclusion.`,
    );
  }
  return paperTask(folder, id, rows, withConclusion);
}

function isLarge({ config: { architecture } }: SourceFolder, rows: readonly number[]): boolean {
  return architecture.vocabSize === LARGE_SYMBOLS + PAPER_SHAPES.pubmedqa.promptRows && rows[0] === LARGE_SYMBOLS;
}

/** Ids of the learned prompt: the vocabulary's own symbols for them, else the rows behind it that no added token has. */
function promptRows({ vocabJson, vocabulary, addedIds, config }: SourceFolder): number[] {
  const named = Object.entries(JSON.parse(vocabJson) as Record<string, number>)
    .flatMap(([symbol, id]) => {
      const number = PROMPT_SYMBOL.exec(symbol)?.[1];
      return number === undefined ? [] : [{ number: Number(number), id }];
    })
    .sort((a, b) => a.number - b.number)
    .map(({ id }) => id);
  if (named.length > 0) return named;
  const rows = config.architecture.vocabSize - vocabulary.size;
  const behind = Array.from({ length: rows }, (_, row) => vocabulary.size + row);
  return behind.filter((id) => !addedIds.includes(id));
}

function paperTask(folder: SourceFolder, id: PaperTask, rows: readonly number[], conclusion: boolean): ModelTask {
  const large = isLarge(folder, rows);
  const shape = large && id === 'pubmedqa' ? LARGE_PUBMEDQA_SHAPE : PAPER_SHAPES[id];
  if (rows.length < shape.promptRows) {
    throw new ModelError(
      folder.dir,
      phrase`cannot have been fine-tuned for ${id}: the soft prompt of that task has ${shape.promptRows} tokens, but the model's has ${rows.length}.`,
      phrase`Check the name of the task (--task).`,
    );
  }
  const { maxPositions } = folder.config.architecture;
  const maxTokens = Math.min(shape.maxTokens, maxPositions);
  return {
    id,
    prompt: rows.slice(0, shape.promptRows),
    // The relation tasks always are; of PubMedQA the form with the conclusion was, for models of BioGPT's size.
    lowerCase: id === 'pubmedqa' ? conclusion && !large : id !== 'hoc',
    maxSourceTokens: Math.floor((shape.maxSourceTokens * maxTokens) / shape.maxTokens),
    maxTokens,
    ...(id === 'pubmedqa' && conclusion && { withConclusion: true }),
  };
}

function checked({ dir, config: { architecture } }: SourceFolder, task: ModelTask): ModelTask {
  const outside = task.prompt.find((id) => id >= architecture.vocabSize);
  if (outside !== undefined || task.maxTokens > architecture.maxPositions) {
    throw new ModelError(
      dir,
      outside === undefined
        ? phrase`can read at most ${architecture.maxPositions} tokens, but its task needs ${task.maxTokens}.`
        : phrase`has no token ${outside}, which the soft prompt of its task contains: its token IDs go from 0 to ${architecture.vocabSize - 1}.`,
      phrase`Correct the file that declares the task.`,
    );
  }
  return task;
}

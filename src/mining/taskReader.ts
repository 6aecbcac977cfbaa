/** What a model's declaration of its task means: the source it reads, and how its answer is read. */
import { cleaned, strip } from './answerLine';
import type { MinedText } from './task';
import { TASKS, type TaskId } from './tasks';

/** `task` of a model folder's `model.json`, as far as it concerns texts. */
export interface DeclaredTask {
  id: string;
  lowerCase: boolean;
  withConclusion?: boolean;
  form?: {
    source: string;
    answer:
      | { kind: 'relations'; pattern: string; separator?: string }
      | { kind: 'choice'; phrase: string; choices: string[]; bySentence?: boolean };
  };
}

export interface NamedRelation {
  first: string;
  second: string;
  /** How the first acts upon the second, in the task's words; for tasks of one kind of relation, its name. */
  relation: string;
}

interface Reads {
  id: string;
  source(text: MinedText): string;
}

export interface RelationTask extends Reads {
  kind: 'relations';
  /** What the two names are. */
  roles: readonly [first: string, second: string];
  /** Between relations. */
  separator: string;
  read(output: string): NamedRelation[];
}

export interface ChoiceTask extends Reads {
  kind: 'choice';
  choices: readonly { answer: string; text: string }[];
  /** Whether it is asked of each sentence rather than of a whole document. */
  bySentence: boolean;
  /** Whether it answers a question. */
  asks: boolean;
}

export type TaskReader = RelationTask | ChoiceTask;

/** @throws RangeError for a task that is none of the paper's and has no form; a model folder that opens has none such */
export function taskReader(task: DeclaredTask): TaskReader {
  if (task.form) return ownTask(task.id, task, task.form);
  if (!Object.hasOwn(TASKS, task.id)) throw new RangeError(`Unknown task: ${task.id}`);
  const id = task.id as TaskId;
  const source = (text: MinedText): string => {
    const { conclusion, ...rest } = text;
    const read = TASKS[id].source(task.withConclusion && conclusion !== undefined ? text : rest);
    return task.lowerCase ? read.toLowerCase() : read;
  };
  switch (id) {
    case 'bc5cdr':
      return {
        kind: 'relations',
        id,
        source,
        roles: ['Chemical', 'Disease'],
        separator: ';',
        read: (output) =>
          (TASKS.bc5cdr.parse(output) ?? []).map(({ chemical, disease }) => ({
            first: chemical,
            second: disease,
            relation: 'CID',
          })),
      };
    case 'ddi':
    case 'kd-dti':
      return {
        kind: 'relations',
        id,
        source,
        roles: ['Drug', id === 'ddi' ? 'Drug' : 'Target'],
        separator: '; ',
        read: (output) =>
          (TASKS[id].parse(output) ?? []).map(({ drug, target, relation }) => ({
            first: drug,
            second: target,
            relation,
          })),
      };
    case 'hoc':
    case 'pubmedqa':
      return {
        kind: 'choice',
        id,
        source,
        choices: TASKS[id].choices!,
        bySentence: id === 'hoc',
        asks: id === 'pubmedqa',
      };
  }
}

const FIELD = /\{(\w+)\}/;

function ownTask(id: string, { lowerCase }: DeclaredTask, form: NonNullable<DeclaredTask['form']>): TaskReader {
  const source = (text: MinedText): string => {
    const fields: Record<string, string | undefined> = { ...text };
    const filled = form.source.replace(/\{(\w+)\}/g, (_, name: string) => fields[name] ?? '');
    const line = strip(filled.replace(/\s+/g, ' '));
    return lowerCase ? line.toLowerCase() : line;
  };
  const { answer } = form;
  if (answer.kind === 'choice') {
    const { phrase, choices, bySentence = false } = answer;
    return {
      kind: 'choice',
      id,
      source,
      choices: choices.map((choice) => ({ answer: choice, text: `${phrase} ${choice}` })),
      bySentence,
      asks: form.source.includes('{question}'),
    };
  }
  const { pattern, separator = '; ' } = answer;
  const parts = pattern.split(FIELD);
  const fields = parts.filter((_, i) => i % 2 === 1);
  const words = parts
    .map((part, i) => (i % 2 === 1 ? '([^\\n]+)' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  const whole = new RegExp(`^${words}$`, 'i');
  const [first, second] = fields.filter((field) => field !== 'relation') as [string, string];
  return {
    kind: 'relations',
    id,
    source,
    roles: [first, second],
    separator,
    read: (output) =>
      cleaned(output)
        .split(separator)
        .flatMap((part) => {
          const match = whole.exec(strip(part));
          if (!match) return [];
          const value = (field: string): string => strip(match[1 + fields.indexOf(field)] ?? '');
          return [
            {
              first: value(first),
              second: value(second),
              relation: fields.includes('relation') ? value('relation') : strip(parts[2]!),
            },
          ];
        }),
  };
}

import * as v from 'valibot';
import { flag, listOf, must, objectOf, rule, text, wholeNumber } from './outsideData';
import { phrase } from './phrase';

/** The text-mining tasks of BioGPT's paper (Luo et al. 2022, section 4). */
export const PAPER_TASKS = ['bc5cdr', 'ddi', 'kd-dti', 'hoc', 'pubmedqa'] as const;
export type PaperTask = (typeof PAPER_TASKS)[number];

/** A task that a model was tuned for: what it reads, and up to what length. */
export interface ModelTask {
  /** One of the paper's, or a name of a lab's own, which then has a `form`. */
  id: string;
  /** Ids that stand between source and answer: rows of a learned prompt, or separators. */
  prompt: number[];
  /** Whether the source is lower-cased, where the task itself leaves that open. */
  lowerCase: boolean;
  /** Tokens of the source, the leading `</s>` not counted; a longer one is cut and ends in `...`. */
  maxSourceTokens: number;
  /** Tokens of source, prompt and answer together that the model was trained on. */
  maxTokens: number;
  /** PubMedQA: whether the source holds the conclusion too, as it did in 2022; absent: no. */
  withConclusion?: boolean;
  form?: OwnForm;
}

/** Source and answer of a lab's own task. */
export interface OwnForm {
  /** Such as `{title} {text}`; `{question}` and `{conclusion}` are known too. */
  source: string;
  answer: OwnAnswer;
}

export type OwnAnswer =
  | {
      kind: 'relations';
      /** Such as `{organism} produces {chemical}`: two names, and perhaps `{relation}`. */
      pattern: string;
      /** Between relations; default `; `. */
      separator?: string;
    }
  /** One of `choices` behind `phrase`, such as `the answer is`; for each sentence or, where that is left out, for the whole text. */
  | { kind: 'choice'; phrase: string; choices: string[]; bySentence?: boolean };

const FIELD = /\{(\w+)\}/g;
const SOURCE_FIELDS = ['title', 'text', 'question', 'conclusion'];

const fieldsOf = (template: string): string[] => [...template.matchAll(FIELD)].map(([, name]) => name!);

const SourceTemplate = v.pipe(
  text(),
  rule((template) => {
    const fields = fieldsOf(template);
    const unknown = fields.find((name) => !SOURCE_FIELDS.includes(name));
    if (unknown !== undefined) {
      return { problem: phrase`Unknown field "${unknown}". Known fields: ${SOURCE_FIELDS.join(', ')}.` };
    }
    return fields.includes('text') || fields.includes('title')
      ? undefined
      : { problem: phrase`The template must contain ${'{text}'}.` };
  }),
);

const RelationPattern = v.pipe(
  text(),
  rule((pattern) => {
    const fields = fieldsOf(pattern);
    const names = fields.filter((name) => name !== 'relation');
    if (names.length !== 2 || fields.length > 3 || new Set(fields).size !== fields.length) {
      return {
        problem: phrase`The template must contain exactly two names in braces, and may contain {relation} once.`,
      };
    }
    return /\}\s*\{/.test(pattern)
      ? { problem: phrase`Put at least one word between the names in braces, so that they can be told apart.` }
      : undefined;
  }),
);

const Answer: v.GenericSchema<unknown, OwnAnswer> = v.variant(
  'kind',
  [
    objectOf({
      kind: v.literal('relations'),
      pattern: RelationPattern,
      separator: v.exactOptional(text()),
    }),
    objectOf({
      kind: v.literal('choice'),
      phrase: text(),
      choices: v.pipe(
        listOf(text()),
        rule((choices) =>
          new Set(choices).size > 1 ? undefined : { problem: phrase`List at least two different choices.` },
        ),
      ),
      bySentence: v.exactOptional(flag),
    }),
  ],
  must(phrase`of the kind "relations" or "choice"`),
);

const Form: v.GenericSchema<unknown, OwnForm> = v.pipe(
  objectOf({ source: SourceTemplate, answer: Answer }),
  rule(({ source, answer }) =>
    answer.kind === 'choice' && answer.bySentence && fieldsOf(source).includes('question')
      ? {
          at: ['answer', 'bySentence'],
          problem: phrase`A task that answers a question reads whole texts, so it cannot go by sentence.`,
        }
      : undefined,
  ),
);

export const Task: v.GenericSchema<unknown, ModelTask> = v.pipe(
  objectOf({
    id: text({ pattern: /^[\w.-]{1,64}$/, words: phrase`a name of letters, digits, dots, hyphens, and underscores` }),
    prompt: listOf(wholeNumber(0)),
    lowerCase: flag,
    maxSourceTokens: wholeNumber(2),
    maxTokens: wholeNumber(4),
    withConclusion: v.exactOptional(flag),
    form: v.exactOptional(Form),
  }),
  rule(({ prompt, maxSourceTokens, maxTokens }) =>
    1 + maxSourceTokens + prompt.length < maxTokens
      ? undefined
      : {
          at: ['maxTokens'],
          problem: phrase`The text and the soft prompt can take up to ${1 + maxSourceTokens + prompt.length} tokens, which leaves no room for an answer: the limit is ${maxTokens} tokens.`,
        },
  ),
  rule(({ id, form }) =>
    form !== undefined || isPaperTask(id)
      ? undefined
      : {
          at: ['form'],
          problem: phrase`The task "${id}" is not built in, so it needs a form. Built-in tasks: ${PAPER_TASKS.join(', ')}.`,
        },
  ),
);

export function isPaperTask(id: string): id is PaperTask {
  return (PAPER_TASKS as readonly string[]).includes(id);
}

/** Rows of learned prompt that the paper's models have, and their lengths (`train.sh` of each task in microsoft/BioGPT). */
export const PAPER_SHAPES: Readonly<
  Record<PaperTask, { promptRows: number; maxSourceTokens: number; maxTokens: number }>
> = {
  bc5cdr: { promptRows: 9, maxSourceTokens: 640, maxTokens: 1024 },
  ddi: { promptRows: 9, maxSourceTokens: 640, maxTokens: 1024 },
  'kd-dti': { promptRows: 9, maxSourceTokens: 640, maxTokens: 1024 },
  hoc: { promptRows: 1, maxSourceTokens: 900, maxTokens: 1024 },
  pubmedqa: { promptRows: 9, maxSourceTokens: 900, maxTokens: 1024 },
};

/** `BioGPT-Large-PubMedQA` reads more. */
export const LARGE_PUBMEDQA_SHAPE = { promptRows: 9, maxSourceTokens: 1900, maxTokens: 2048 };

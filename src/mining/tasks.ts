import { answerBehind, HALLMARKS, HALLMARKS_PHRASE, labelsOf, PUBMEDQA_ANSWERS, PUBMEDQA_PHRASE } from './labels';
import { type ChemicalDisease, type Interaction, parseChemicalDiseases, parseInteractions } from './relations';
import { questionAndContext, sentence, textAlone, titleAndText } from './sources';
import type { Task } from './task';

const unlessEmpty = <T>(list: T[]): T[] | null => (list.length > 0 ? list : null);

/** Chemical-induced disease. */
export const BC5CDR: Task<ChemicalDisease[]> = {
  id: 'bc5cdr',
  source: titleAndText,
  parse: (output) => unlessEmpty(parseChemicalDiseases(output)),
};

/** Drug-drug interactions. */
export const DDI: Task<Interaction[]> = {
  id: 'ddi',
  source: textAlone,
  parse: (output) => unlessEmpty(parseInteractions(output)),
};

/** Drug-target interactions. */
export const KD_DTI: Task<Interaction[]> = { ...DDI, id: 'kd-dti', source: titleAndText };

/** Hallmarks of cancer, a sentence at a time. */
export const HOC: Task<string[]> = {
  id: 'hoc',
  source: sentence,
  parse: (output) => {
    const answer = answerBehind(HALLMARKS_PHRASE, output);
    return answer === null ? null : labelsOf(answer);
  },
  choices: HALLMARKS.map((label) => ({ answer: label, text: `${HALLMARKS_PHRASE} ${label}` })),
};

/** Yes, no or maybe to a question about an abstract. */
export const PUBMEDQA: Task<string> = {
  id: 'pubmedqa',
  source: questionAndContext,
  parse: (output) => answerBehind(PUBMEDQA_PHRASE, output),
  choices: PUBMEDQA_ANSWERS.map((answer) => ({ answer, text: `${PUBMEDQA_PHRASE} ${answer}` })),
};

/** The tasks of the paper. */
export const TASKS = { bc5cdr: BC5CDR, ddi: DDI, 'kd-dti': KD_DTI, hoc: HOC, pubmedqa: PUBMEDQA } as const;

export type TaskId = keyof typeof TASKS;

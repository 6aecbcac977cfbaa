/** Answers that name one or several labels of a fixed set. */
import { cleaned, strip } from './answerLine';

/** The hallmarks of cancer (HoC) as the data set names them; `empty`: the sentence shows none. */
export const HALLMARKS = [
  'tumor promoting inflammation',
  'inducing angiogenesis',
  'evading growth suppressors',
  'resisting cell death',
  'cellular energetics',
  'empty',
  'genomic instability and mutation',
  'sustaining proliferative signaling',
  'avoiding immune destruction',
  'activating invasion and metastasis',
  'enabling replicative immortality',
] as const;

/** What PubMedQA's questions are answered with. */
export const PUBMEDQA_ANSWERS = ['yes', 'no', 'maybe'] as const;

export const HALLMARKS_PHRASE = 'the type of this document is';
export const PUBMEDQA_PHRASE = 'the answer to the question given the context is';

/**
 * What stands behind the first occurrence of a phrase.
 * Source: `examples/DC-HoC/postprocess.py`, `examples/QA-PubMedQA/postprocess.py`.
 * @returns null without the phrase, and with nothing behind it
 */
export function answerBehind(phrase: string, output: string): string | null {
  const line = cleaned(output);
  const start = line.indexOf(phrase);
  return start < 0 ? null : strip(line.slice(start + phrase.length));
}

/** The labels of an answer such as `inducing angiogenesis|cellular energetics`. */
export function labelsOf(answer: string): string[] {
  return answer.split('|').map(strip);
}

import type { FactRule } from '../protocol/decoder';
import type { FieldWords } from './fieldWords';

export interface CompletionOptions {
  /** The longest pause in typing before the model is asked, milliseconds. */
  debounceMs: number;
  maxTokens: number;
  until: 'sentence' | 'line';
  timeBudgetMs: number;
  /** What a wrong word of a suggestion costs its reader, in characters; 0 shows whatever is likeliest. */
  caution: number;
  /** Whether a suggestion may hold numbers, identifiers and citations that the document does not. */
  facts: FactRule;
  /** Words and phrases of the writer's own lists, as they are spelt. */
  words?: readonly string[];
  /** Ids of the texts of the manuscript's other files, the nearest first. */
  manuscript?: readonly string[];
  /** Titles of works that the document cites, or could. */
  titles?: readonly string[];
  /** Words of the field that a half-typed word may become. */
  fieldWords?: FieldWords;
}

/** What holds where the writer has set nothing; package.json shows the same values. */
export const COMPLETION_DEFAULTS: CompletionOptions = {
  debounceMs: 75,
  maxTokens: 32,
  until: 'sentence',
  timeBudgetMs: 1_500,
  caution: 2.5,
  facts: 'documentOnly',
};

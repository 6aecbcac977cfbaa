import type { CompletionOptions } from './completionEngine';

/** What holds where the writer has set nothing; package.json shows the same values. */
export const COMPLETION_DEFAULTS: CompletionOptions = {
  debounceMs: 75,
  maxTokens: 32,
  until: 'sentence',
  timeBudgetMs: 1_500,
  caution: 2.5,
  facts: 'documentOnly',
};

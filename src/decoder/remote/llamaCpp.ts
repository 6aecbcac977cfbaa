import {
  isObject,
  NotOfDialect,
  refuseError,
  type AnswerPart,
  type Dialect,
  type Query,
  type ToldRow,
} from './dialect';

/**
 * `/completion` of llama.cpp's own server: a prompt of ids, `n_probs` of the likeliest tokens by their ids, before any sampling.
 * It takes one prompt a request and names no tokens of the asker's choice: those asked for are looked up among the likeliest.
 */
export const llamaCpp: Dialect = {
  name: 'llamaCpp',
  batches: false,
  request: ({ prompts, maxTokens, top, among, stream }: Query) => ({
    path: 'completion',
    body: JSON.stringify({
      prompt: prompts[0],
      n_predict: maxTokens,
      temperature: 0,
      n_probs: among ? Math.max(top, MOST_ASKED) : top,
      post_sampling_probs: false,
      return_tokens: true,
      cache_prompt: true,
      stream,
    }),
  }),
  read(json): AnswerPart[] {
    refuseError(json);
    if (!isObject(json)) throw new NotOfDialect();
    const last = json['stop'] === true;
    const told = json['completion_probabilities'] ?? (last ? [] : undefined);
    if (!Array.isArray(told)) throw new NotOfDialect();
    return [{ index: 0, rows: told.map(readRow), last }];
  },
};

/** Of the likeliest tokens, to find those asked for among. */
const MOST_ASKED = 2000;

function readRow(told: unknown): ToldRow {
  if (!isObject(told)) throw new NotOfDialect();
  const known = new Map<number, number>();
  const add = (token: unknown): number => {
    const { id, logprob } = isObject(token) ? token : ({} as Record<string, unknown>);
    // What has no chance at all is told as null: JSON has no infinity.
    const value = logprob === null ? -Infinity : logprob;
    if (typeof id !== 'number' || typeof value !== 'number' || Number.isNaN(value) || value > 1e-3) {
      throw new NotOfDialect();
    }
    known.set(id, Math.min(0, value));
    return id;
  };
  const others = told['top_logprobs'] ?? [];
  if (!Array.isArray(others)) throw new NotOfDialect();
  for (const other of others) add(other);
  return { id: add(told), known };
}

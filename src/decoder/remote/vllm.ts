import {
  isObject,
  NotOfDialect,
  refuseError,
  type AnswerPart,
  type Dialect,
  type Query,
  type ToldRow,
} from './dialect';

/** `</s>`: an answer ends with it. */
const END_OF_TEXT = 2;
const TOKEN_ID = /^token_id:(\d{1,9})$/;

/**
 * `/v1/completions` as vLLM has it, and Ray Serve and KServe with it: prompts of ids; `return_tokens_as_token_ids` makes ids of the keys
 * of `top_logprobs`; `logprob_token_ids` asks for tokens by name; `echo` with `max_tokens: 0` scores a text.
 * @param model what the server calls it
 */
export function vllm(model: string | undefined): Dialect {
  const common = {
    ...(model !== undefined && { model }),
    temperature: 0,
    return_tokens_as_token_ids: true,
  };
  const request = (body: object): ReturnType<Dialect['request']> => ({
    path: 'completions',
    body: JSON.stringify({ ...common, ...body }),
  });
  return {
    name: 'vllm',
    batches: true,
    request: ({ prompts, maxTokens, top, among, only, stream }: Query) =>
      request({
        prompt: prompts.length === 1 ? prompts[0] : prompts,
        max_tokens: maxTokens,
        logprobs: top,
        ...(among && { logprob_token_ids: among }),
        ...(only && { allowed_token_ids: only }),
        // So that the end of a text is told like any other token.
        ignore_eos: true,
        stop_token_ids: [END_OF_TEXT],
        return_token_ids: true,
        stream,
      }),
    read: (json) => choicesOf(json).map(readChoice),
    scoring: {
      request: (texts) => request({ prompt: texts, max_tokens: 0, echo: true, logprobs: 0 }),
      read: (json, texts) => readScores(json, texts),
    },
  };
}

function choicesOf(json: unknown): Record<string, unknown>[] {
  refuseError(json);
  const choices = isObject(json) ? json['choices'] : undefined;
  if (!Array.isArray(choices) || !choices.every(isObject)) throw new NotOfDialect();
  return choices;
}

function readChoice(choice: Record<string, unknown>): AnswerPart {
  const index = choice['index'] ?? 0;
  if (typeof index !== 'number') throw new NotOfDialect();
  const last = typeof choice['finish_reason'] === 'string';
  const { logprobs } = choice;
  if (!isObject(logprobs)) {
    // The last part of a stream may be empty.
    if (last && (choice['text'] ?? '') === '') return { index, rows: [], last };
    throw new NotOfDialect();
  }
  const { tokens, token_logprobs: values, top_logprobs: top } = logprobs;
  if (!Array.isArray(tokens) || !Array.isArray(values) || tokens.length !== values.length) throw new NotOfDialect();
  const rows = tokens.map((token, at): ToldRow => {
    const id = idOf(token);
    const known = new Map<number, number>();
    const others: unknown = Array.isArray(top) ? top[at] : undefined;
    if (isObject(others)) for (const [key, value] of Object.entries(others)) known.set(idOf(key), numberOf(value));
    known.set(id, numberOf(values[at]));
    return { id, known };
  });
  return { index, rows, last };
}

function readScores(json: unknown, texts: readonly (readonly number[])[]): number[][] {
  const scores: number[][] = [];
  for (const choice of choicesOf(json)) {
    const index = choice['index'] ?? 0;
    const { logprobs } = choice;
    if (typeof index !== 'number' || !isObject(logprobs)) throw new NotOfDialect();
    const { tokens, token_logprobs: values } = logprobs;
    const text = texts[index];
    if (!Array.isArray(tokens) || !Array.isArray(values) || text === undefined) throw new NotOfDialect();
    // A server that writes on although no token was asked for has them behind the text's own.
    if (!text.every((id, at) => idOf(tokens[at]) === id)) throw new NotOfDialect();
    scores[index] = text.slice(1).map((_, at) => numberOf(values[at + 1]));
  }
  if (!texts.every((_, index) => scores[index] !== undefined)) throw new NotOfDialect();
  return scores;
}

function idOf(token: unknown): number {
  const [, digits] = (typeof token === 'string' && TOKEN_ID.exec(token)) || [];
  if (digits === undefined) throw new NotOfDialect();
  return Number(digits);
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number' || Number.isNaN(value) || value > 1e-3) throw new NotOfDialect();
  return Math.min(0, value);
}

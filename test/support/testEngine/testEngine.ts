import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { write, type Asked, type Chosen } from './completions';
import type { Fault } from './faults';
import type { Network } from './network';

/** A request as it came. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  /** Of the body, parsed. */
  body: Record<string, unknown>;
  raw: string;
}

export interface TestEngineOptions {
  dialect?: 'vllm' | 'llamaCpp';
  key?: string;
  /** What `/v1/models` lists; default: one model. */
  models?: readonly string[];
  maxModelLength?: number;
  /** As vLLM's `--skip-tokenizer-init`: an id beyond the vocabulary ends the server. */
  skipsTokenizer?: boolean;
  /** Tokens in one event of a stream; default: 1. */
  perEvent?: number;
}

/**
 * An inference server that computes with our own engine and speaks as vLLM 0.32 or as llama.cpp's server does. It listens on
 * this machine alone. Faults are put on by `fault`.
 */
export class TestEngine {
  readonly received: Received[] = [];
  /** Completions that have not ended. */
  running = 0;
  /** An id beyond the vocabulary came, which a real server may not survive. */
  died = false;
  /** Most completions at a time so far. */
  mostRunning = 0;
  /** What goes wrong with a request; changed at any time. */
  fault: (request: Received, count: number) => Fault | undefined = () => undefined;
  private readonly server: Server;
  port = 0;
  private completions = 0;

  private constructor(
    private readonly network: Network,
    private readonly options: TestEngineOptions,
  ) {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(network: Network, options: TestEngineOptions = {}, port = 0): Promise<TestEngine> {
    const engine = new TestEngine(network, options);
    await new Promise<void>((resolve, reject) => {
      engine.server.once('error', reject);
      engine.server.listen(port, '127.0.0.1', resolve);
    });
    engine.port = (engine.server.address() as AddressInfo).port;
    return engine;
  }

  /** Base URL, `/v1` included. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let raw = '';
    request.setEncoding('utf8');
    for await (const chunk of request as AsyncIterable<string>) raw += chunk;
    const path = request.url ?? '';
    const received = {
      path,
      headers: request.headers,
      body: raw === '' ? {} : (JSON.parse(raw) as Record<string, unknown>),
      raw,
    };
    this.received.push(received);
    const { key, dialect = 'vllm' } = this.options;
    if (this.died) return void response.destroy();
    if (path === '/health') return json(response, 200, undefined);
    if (key !== undefined && request.headers.authorization !== `Bearer ${key}`) {
      return json(response, 401, { error: 'Unauthorized' });
    }
    const completes = path === (dialect === 'vllm' ? '/v1/completions' : '/completion');
    const fault = this.fault(received, completes ? this.completions++ : this.completions) ?? {};
    if (fault.status !== undefined || fault.body !== undefined) {
      response.writeHead(fault.status ?? 200, { 'content-type': 'application/json', ...fault.headers });
      response.end(fault.body ?? JSON.stringify({ error: { message: 'A fault.', type: 'Fault', code: fault.status } }));
      return;
    }
    if (path === '/v1/models') return json(response, 200, this.models());
    if (!completes) return json(response, 404, { detail: 'Not Found' });
    this.running++;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      const body = Object.fromEntries(Object.entries(received.body).filter(([name]) => !fault.ignores?.includes(name)));
      if (dialect === 'vllm') await this.vllm(body, response, fault);
      else await this.llamaCpp(body, response, fault);
    } finally {
      this.running--;
    }
  }

  private models(): object {
    const { dialect = 'vllm', models = ['biogpt'], maxModelLength = this.network.maxPositions } = this.options;
    const data = models.map((id) =>
      dialect === 'vllm'
        ? { id, object: 'model', owned_by: 'vllm', max_model_len: maxModelLength }
        : {
            id,
            object: 'model',
            owned_by: 'llamacpp',
            meta: { n_vocab: this.network.vocabSize, n_ctx_train: maxModelLength },
          },
    );
    return { object: 'list', data };
  }

  private async vllm(body: Record<string, unknown>, response: ServerResponse, fault: Fault): Promise<void> {
    const refuse = (message: string): void =>
      json(response, 400, { error: { message, type: 'BadRequestError', param: null, code: 400 } });
    const { prompt, max_tokens: maxTokens = 16, logprobs, stream = false, echo = false } = body;
    const prompts = (Array.isArray(prompt) && Array.isArray(prompt[0]) ? prompt : [prompt]) as number[][];
    const among = body['logprob_token_ids'] as number[] | undefined;
    const only = body['allowed_token_ids'] as number[] | undefined;
    const { models = ['biogpt'] } = this.options;
    if (body['model'] !== undefined && !models.includes(body['model'] as string)) {
      return json(response, 404, { error: { message: 'The model does not exist.', type: 'NotFoundError', code: 404 } });
    }
    if (!prompts.every((ids) => Array.isArray(ids) && ids.every(Number.isInteger))) return refuse('Ids are needed.');
    const foreign = [...prompts.flat(), ...(among ?? []), ...(only ?? [])].some(
      (id) => id < 0 || id >= this.network.vocabSize,
    );
    if (foreign && this.options.skipsTokenizer) {
      this.died = true;
      this.server.closeAllConnections();
      return;
    }
    if (foreign) return refuse('Token id out of vocabulary');
    if (prompts.some((ids) => ids.length > (this.options.maxModelLength ?? this.network.maxPositions))) {
      return refuse("This model's maximum context length is exceeded.");
    }
    if (typeof logprobs === 'number' && logprobs > 20) return refuse('logprobs must be at most 20.');
    if (among && among.length > 128) return refuse('logprob_token_ids may have at most 128 ids.');
    if (echo && maxTokens === 0) return json(response, 200, await this.scored(prompts, fault));
    const asked = prompts.map((ids): Asked => ({
      prompt: ids,
      maxTokens: maxTokens as number,
      top: (logprobs as number | undefined) ?? 0,
      ...(among && { among }),
      ...(only && { only }),
      stopsAtEnd: body['ignore_eos'] !== true || (body['stop_token_ids'] as number[] | undefined)?.includes(2) === true,
    }));
    const choice = (index: number, tokens: readonly Chosen[], reason: string | null): object => ({
      index,
      text: tokens.map(() => 'word ').join(''),
      logprobs:
        logprobs === undefined ? null : vllmLogprobs(tokens, fault, body['return_tokens_as_token_ids'] === true),
      finish_reason: reason,
      ...(body['return_token_ids'] === true && { token_ids: tokens.map(({ id }) => id) }),
    });
    const over = (tokens: readonly Chosen[]): string => (tokens.at(-1)?.id === 2 ? 'stop' : 'length');
    if (stream !== true) {
      const all = await Promise.all(asked.map((one) => this.collect(one, response, fault)));
      json(response, 200, {
        object: 'text_completion',
        choices: all.map((tokens, index) => choice(index, tokens, over(tokens))),
      });
      return;
    }
    await this.stream(asked[0]!, response, fault, {
      event: (tokens, last) => JSON.stringify({ choices: [choice(0, tokens, last ? over(tokens) : null)] }),
      end: ['[DONE]'],
    });
  }

  private async scored(prompts: readonly number[][], fault: Fault): Promise<object> {
    const choices = [];
    for (const [index, ids] of prompts.entries()) {
      const values: (number | null)[] = [null];
      for (let at = 1; at < ids.length; at++) values.push((await this.network.row(ids.slice(0, at)))[ids[at]!]!);
      choices.push({
        index,
        text: '',
        logprobs: {
          tokens: ids.map((id) => `token_id:${fault.renames?.(id) ?? id}`),
          token_logprobs: values,
          top_logprobs: null,
          text_offset: [],
        },
        finish_reason: 'length',
      });
    }
    return { choices };
  }

  private async llamaCpp(body: Record<string, unknown>, response: ServerResponse, fault: Fault): Promise<void> {
    const { prompt, n_predict: maxTokens = -1, n_probs: top = 0, stream = false } = body;
    if (!Array.isArray(prompt) || !(prompt as unknown[]).every(Number.isInteger)) {
      return json(response, 400, { error: { code: 400, message: 'Ids are needed.', type: 'invalid_request_error' } });
    }
    if ((prompt as number[]).some((id) => id < 0 || id >= this.network.vocabSize)) {
      const message = 'Prompt contains invalid tokens';
      return json(response, 400, { error: { code: 400, message, type: 'invalid_request_error' } });
    }
    const asked: Asked = {
      prompt: prompt as number[],
      maxTokens: maxTokens as number,
      top: top as number,
      stopsAtEnd: true,
    };
    const told = (tokens: readonly Chosen[]): object[] =>
      tokens.map(({ id, value, top: others }) => ({
        id,
        token: 'word',
        bytes: [],
        logprob: value,
        top_logprobs: others.map(([other, logprob]) => ({ id: other, token: 'word', bytes: [], logprob })),
      }));
    const answer = (tokens: readonly Chosen[], last: boolean): object => ({
      index: 0,
      content: 'word ',
      tokens: tokens.map(({ id }) => id),
      stop: last,
      ...(asked.top > 0 && tokens.length > 0 && { completion_probabilities: told(tokens) }),
    });
    if (stream !== true) return json(response, 200, answer(await this.collect(asked, response, fault), true));
    await this.stream(asked, response, fault, {
      event: (tokens) => JSON.stringify(answer(tokens, false)),
      // The last event has no token.
      end: [JSON.stringify(answer([], true))],
    });
  }

  private async collect(asked: Asked, response: ServerResponse, fault: Fault): Promise<Chosen[]> {
    const tokens: Chosen[] = [];
    if (!(await this.mayGoOn(0, response, fault))) return tokens;
    for await (const token of write(this.network, asked, () => response.destroyed)) tokens.push(token);
    return tokens;
  }

  private async stream(
    asked: Asked,
    response: ServerResponse,
    fault: Fault,
    { event, end }: { event: (tokens: readonly Chosen[], last: boolean) => string; end: readonly string[] },
  ): Promise<void> {
    const send = (data: string): void => {
      const whole = `data: ${data}\n\n`;
      response.write(fault.rewrites?.(whole) ?? whole);
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': ping\n\n');
    const { perEvent = 1 } = this.options;
    let waiting: Chosen[] = [];
    let count = 0;
    for await (const token of write(this.network, asked, () => response.destroyed)) {
      if (!(await this.mayGoOn(count, response, fault))) return;
      if (count === fault.errorAfter) {
        send(JSON.stringify({ error: { message: 'EngineCore encountered an issue.', code: 500 } }));
        response.end();
        return;
      }
      count++;
      waiting.push(token);
      const last = count === asked.maxTokens || (asked.stopsAtEnd && token.id === 2);
      if (waiting.length < perEvent && !last) continue;
      send(event(waiting, last));
      waiting = [];
    }
    if (response.destroyed) return;
    if (waiting.length > 0) send(event(waiting, true));
    for (const data of end) send(data);
    response.end();
  }

  /** Waits and ends as the fault says. @returns whether the answer goes on */
  private async mayGoOn(count: number, response: ServerResponse, fault: Fault): Promise<boolean> {
    if (fault.slowMs !== undefined) await wait(fault.slowMs);
    if (fault.cutAfter !== undefined && count >= fault.cutAfter) response.destroy();
    if (fault.silentAfter !== undefined && count >= fault.silentAfter && !response.destroyed) {
      await new Promise((resolve) => response.once('close', resolve));
    }
    return !response.destroyed;
  }
}

function vllmLogprobs(tokens: readonly Chosen[], { renames }: Fault, byIds: boolean): object {
  const key = (id: number): string => (byIds ? `token_id:${renames?.(id) ?? id}` : `word${id}`);
  return {
    tokens: tokens.map(({ id }) => key(id)),
    token_logprobs: tokens.map(({ value }) => value),
    top_logprobs: tokens.map(({ id, value, top }) =>
      Object.fromEntries([[key(id), value], ...top.map(([other, told]) => [key(other), told])]),
    ),
    text_offset: tokens.map(() => 0),
  };
}

function json(response: ServerResponse, status: number, body: object | undefined): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

import { phrase } from '../../modelFolder/phrase';
import { BadRequest } from '../generation/settings';
import { allOrNone } from './allOrNone';
import type { Connection } from './connection';
import type { Dialect, Query, ToldRow } from './dialect';
import { ServerError } from './serverError';

/**
 * How a server tells the probabilities of tokens that are asked for: `values`, of each; `winner`, of the likeliest of them; `none`.
 */
export type Among = 'values' | 'winner' | 'none';

/** What a server can do, as its probe has found. */
export interface Capabilities {
  /** How many of the likeliest tokens it tells at a place. */
  top: number;
  among: Among;
  /** Whether it tells how likely a given text is. */
  scores: boolean;
  /** Whether it takes several prompts at a time. */
  batches: boolean;
  /** Longest text, in tokens. */
  maxPositions: number;
}

/** What is known about the tokens behind a text. */
export interface PartialRow {
  /** ln p by token. */
  known: ReadonlyMap<number, number>;
  /** What no other token of those that were asked for exceeds. */
  least: number;
}

/** Tokens in one request (vLLM refuses more). */
const ASKED_AT_ONCE = 128;
/** Of more tokens than this, as may spell a single letter, only the likeliest is asked for: all would take a request for every 128. */
const MOST_ASKED = 1024;

/** A model on a server. Ids that the model doesn't know are not sent: one of them can end such a server. */
export class ModelServer {
  constructor(
    private readonly connection: Connection,
    private readonly dialect: Dialect,
    readonly capabilities: Capabilities,
    /** Ids from 0 to one less are the model's. */
    readonly vocabSize: number,
  ) {}

  /**
   * The likeliest tokens behind a text, the server going on with what it chooses itself.
   * @returns a row for each place, at most `maxTokens`; fewer where a text ends
   * @throws ServerError; the signal's reason
   */
  async *ahead(
    prompt: readonly number[],
    maxTokens: number,
    signal?: AbortSignal,
  ): AsyncGenerator<{ row: ToldRow; last: boolean }> {
    const { top } = this.capabilities;
    const query: Query = { prompts: [this.checked(prompt)], maxTokens, top, stream: true };
    let told = 0;
    let ended = false;
    for await (const parts of this.connection.events(this.dialect.request(query), this.dialect.read, signal)) {
      for (const { index, rows, last } of parts) {
        if (index !== 0) throw this.unclear();
        for (const [at, row] of rows.entries()) {
          // Of a server that goes on all the same nothing more is read.
          if (told++ >= maxTokens) return;
          ended = (last && at === rows.length - 1) || told >= maxTokens;
          yield { row: this.ours(row), last: ended };
        }
        ended ||= last;
      }
    }
    if (!ended) throw ServerError.cut(this.connection.host);
  }

  /** The likeliest tokens behind each text. @throws as `ahead` */
  async rows(prompts: readonly (readonly number[])[], signal?: AbortSignal): Promise<PartialRow[]> {
    const { top } = this.capabilities;
    const rows = await this.query({ prompts, maxTokens: 1, top, stream: false }, signal);
    return rows.map(partialRow);
  }

  /** What the server knows of some tokens behind a text. @throws as `ahead` */
  async among(prompt: readonly number[], ids: readonly number[], signal?: AbortSignal): Promise<PartialRow> {
    this.checked(ids);
    const { among, top } = this.capabilities;
    const query = { prompts: [prompt], maxTokens: 1, top, stream: false };
    if (this.dialect.name === 'llamaCpp') {
      const [row] = await this.query({ ...query, among: ids }, signal);
      return partialRow(row!);
    }
    if (among === 'winner' || ids.length > MOST_ASKED) {
      const [row] = await this.query({ ...query, only: ids }, signal);
      const value = row!.known.get(row!.id);
      if (value === undefined || !ids.includes(row!.id)) throw this.unclear();
      return { known: row!.known, least: value };
    }
    const asked: (readonly number[])[] = [];
    for (let at = 0; at < ids.length; at += ASKED_AT_ONCE) asked.push(ids.slice(at, at + ASKED_AT_ONCE));
    const told = await allOrNone(
      signal,
      asked.map((some) => (either) => this.query({ ...query, among: some }, either)),
    );
    const known = new Map<number, number>();
    for (const [row] of told) for (const [id, value] of row!.known) known.set(id, value);
    if (!ids.every((id) => known.has(id))) throw this.unclear();
    return { known, least: -Infinity };
  }

  /** ln p of each token of each text but the first; for servers that can. @throws as `ahead` */
  async scores(texts: readonly (readonly number[])[], signal?: AbortSignal): Promise<number[][]> {
    const { scoring } = this.dialect;
    if (scoring === undefined || !this.capabilities.scores) return this.scoresByRow(texts, signal);
    for (const text of texts) this.checked(text);
    const ask = (some: readonly (readonly number[])[], by: AbortSignal | undefined): Promise<number[][]> =>
      this.connection.json(scoring.request(some), (json) => scoring.read(json, some), by);
    if (this.capabilities.batches) return ask(texts, signal);
    const each = texts.map((text) => (either: AbortSignal) => ask([text], either));
    return (await allOrNone(signal, each)).flat();
  }

  /** The same a token at a time. */
  private async scoresByRow(texts: readonly (readonly number[])[], signal?: AbortSignal): Promise<number[][]> {
    const valueBehind = async (text: readonly number[], id: number, either: AbortSignal): Promise<number> => {
      const { known } = await this.among(text, [id], either);
      const value = known.get(id);
      if (value === undefined) throw this.unclear();
      return value;
    };
    const tokens = texts.flatMap((text) => text.slice(1).map((id, at) => ({ before: text.slice(0, at + 1), id })));
    const values = await allOrNone(
      signal,
      tokens.map(
        ({ before, id }) =>
          (either) =>
            valueBehind(before, id, either),
      ),
    );
    return texts.map((text) => values.splice(0, text.length - 1));
  }

  /** One row behind each prompt. */
  private async query(query: Query, signal?: AbortSignal): Promise<ToldRow[]> {
    for (const prompt of query.prompts) this.checked(prompt);
    if (query.prompts.length > 1 && !this.capabilities.batches) {
      const each = query.prompts.map(
        (prompt) => (either: AbortSignal) => this.query({ ...query, prompts: [prompt] }, either),
      );
      return (await allOrNone(signal, each)).flat();
    }
    const parts = await this.connection.json(this.dialect.request(query), this.dialect.read, signal);
    return query.prompts.map((_, prompt) => {
      const row = parts.find(({ index, rows }) => index === prompt && rows.length > 0)?.rows[0];
      if (row === undefined) throw this.unclear();
      return this.ours(row);
    });
  }

  /** Without tokens that a padded network has beyond ours. */
  private ours({ id, known }: ToldRow): ToldRow {
    const foreign = [...known.keys()].some((one) => one >= this.vocabSize);
    return foreign ? { id, known: new Map([...known].filter(([one]) => one < this.vocabSize)) } : { id, known };
  }

  private checked(ids: readonly number[]): readonly number[] {
    const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= this.vocabSize);
    if (ids.length > 0 && wrong === undefined) return ids;
    const problem = phrase`Token ID ${wrong ?? ''} is outside the vocabulary (0 to ${this.vocabSize - 1}).`;
    throw new BadRequest(problem, { setting: 'ids', value: wrong });
  }

  unclear(): ServerError {
    return ServerError.unclear(this.connection.host, phrase`it tells other tokens than were asked for`);
  }
}

function partialRow({ known }: ToldRow): PartialRow {
  return { known, least: Math.min(...known.values()) };
}

import type { ServerRequest } from '../../protocol/server';

/** What is asked about the tokens behind a text. */
export interface Query {
  /** Token ids of each text. More than one: with `maxTokens` 1, and not as a stream. */
  prompts: readonly (readonly number[])[];
  maxTokens: number;
  /** How many of the likeliest tokens are told at each place. */
  top: number;
  /** Tokens that are told besides, or in their place. */
  among?: readonly number[];
  /** Tokens of which the server may choose. */
  only?: readonly number[];
  stream: boolean;
}

/** What a server tells of one place in a text. */
export interface ToldRow {
  /** The token that it chose. */
  id: number;
  /** ln p by token. */
  known: ReadonlyMap<number, number>;
}

/** A part of an answer. */
export interface AnswerPart {
  /** Which prompt it is about. */
  index: number;
  rows: ToldRow[];
  /** Nothing follows for this prompt. */
  last: boolean;
}

/** An answer, or a part of one, that is not of the dialect. */
export class NotOfDialect extends Error {
  override readonly name = 'NotOfDialect';
}

/** An error that a server reports inside an answer, in its words. */
export class ReportedError extends Error {
  override readonly name = 'ReportedError';
}

/** How a kind of server is asked for tokens by their ids, and how it tells them. */
export interface Dialect {
  readonly name: 'vllm' | 'llamaCpp';
  /** Whether several prompts may be in one request. */
  readonly batches: boolean;
  request(query: Query): ServerRequest;
  /** Reads an event of a stream, or a whole answer. @throws NotOfDialect, ReportedError */
  read(json: unknown): AnswerPart[];
  /** Asks how likely texts are; absent: it can't tell. */
  scoring?: {
    request(texts: readonly (readonly number[])[]): ServerRequest;
    /** ln p of each token of each text but the first, by text. @throws NotOfDialect, ReportedError */
    read(json: unknown, texts: readonly (readonly number[])[]): number[][];
  };
}

/** What a server says about an error, shortened; several forms are in use. */
export function wordsOf(value: unknown): string {
  const { error, message } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const inner = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const said = inner['message'] ?? error ?? message ?? value;
  const text = typeof said === 'string' ? said : JSON.stringify(said ?? '');
  // One line without anything that a terminal would take for a command.
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws ReportedError if a server reports an error where an answer should be */
export function refuseError(json: unknown): void {
  if (isObject(json) && json['error'] !== undefined && json['error'] !== null) throw new ReportedError(wordsOf(json));
}

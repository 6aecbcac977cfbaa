/**
 * The messages between the extension host and the decoder process: JSON-RPC 2.0 over the child
 * process's IPC channel. Defined once, imported by both sides; the process' end is asked for as `src/ipc` says.
 */

import { ProgressType, RequestType, type ProgressToken } from 'vscode-jsonrpc';
import type { Failure, FailurePhrase } from './failure';

/** How the next token is chosen. Names and meanings follow `transformers.generate`. */
export type Decoding =
  | { strategy: 'greedy' }
  | {
      strategy: 'beam';
      /** Number of beams, at least 1. */
      beams: number;
      /** Exponent of the generated length that divides a finished hypothesis' score; default 1. */
      lengthPenalty?: number;
      /** `transformers` semantics of `early_stopping`; default false. */
      earlyStopping?: boolean | 'never';
    }
  | {
      strategy: 'sample';
      /** Divides the logits; above 0, default 1. */
      temperature?: number;
      /** Keeps the k most likely tokens; 0 keeps all (default). */
      topK?: number;
      /** Keeps the smallest set of tokens whose probability reaches this; 1 keeps all (default). */
      topP?: number;
      /** Seed of the pseudo-random generator, an unsigned 32-bit integer; default 0. */
      seed?: number;
    };

/** When a generation ends. `</s>` always ends it once `minNewTokens` are there. */
export interface StopRules {
  /** Token budget, at least 1. */
  maxNewTokens: number;
  /** `</s>` and the sentence and line rules are ignored before this many new tokens; default 0. */
  minNewTokens?: number;
  /** Stop after the first complete sentence. */
  sentenceEnd?: boolean;
  /** Stop before the first line break. */
  lineEnd?: boolean;
  /** Stop once the text repeats itself, and keep it as it was before that; default: as `sentenceEnd`. */
  repetition?: boolean;
  /** Stop after this many milliseconds of decoding, at a whole word; the text so far is the result. */
  timeBudgetMs?: number;
  /**
   * What a wrong word costs its reader, in characters, 0 or more; default 0. The text stops before a word
   * that is likelier to cost more than it saves. Greedy decoding and sampling only.
   */
  caution?: number;
  /**
   * `documentOnly`: the text ends before the first number, dose, gene variant, identifier or citation that
   * `textBefore` does not hold. Completions only; default `allow`.
   */
  facts?: FactRule;
}

export type FactRule = 'documentOnly' | 'allow';

export type FinishReason =
  | 'endOfText'
  | 'sentenceEnd'
  | 'lineEnd'
  | 'repetition'
  /** A description turned to something else, as from what a drug is to what a trial of it found. */
  | 'drift'
  | 'fact'
  | 'unsure'
  | 'tokenBudget'
  | 'timeBudget'
  | 'contextFull';

/** What one generation cost. */
export interface GenerationTimings {
  /** Prompt tokens found in the KV cache and not computed again. */
  reusedTokens: number;
  /** Prompt tokens computed. */
  prefillTokens: number;
  prefillMs: number;
  /** New tokens decoded. */
  decodedTokens: number;
  decodeMs: number;
}

export interface LoadModelParams {
  /** Absolute path of a finished model folder (`model.json` inside). */
  modelDir: string;
  /** Intra-op threads; omitted: chosen by the machine. */
  threads?: number;
  /** The same model on an inference server, which then computes in place of this machine. */
  server?: ServerModel;
}

/** A model on an inference server. The decoder process asks whoever started it for what it wants of the server (`AskServerFor`). */
export interface ServerModel {
  /** What messages call the server: its host, without anything secret. */
  host: string;
  /** What the server calls the model; omitted: it has only one. */
  model?: string;
}

export interface ModelInfo {
  name: string;
  modelDir: string;
  precision: string;
  /** Number of unique parameters. */
  parameters: number;
  /** Longest input in tokens, the leading `</s>` included. */
  maxPositions: number;
  /** `native`: KV cache updated in place; `plain`: onnxruntime-node's copying path; `server`: an inference server computes. */
  backend: 'native' | 'plain' | 'server';
  /** Whether its descriptions of terms are worth reading, by its `model.json`. */
  describes: boolean;
  /** Name of the text-mining task that it was tuned for; absent: none. */
  task?: string;
  loadMs: number;
  /** The server that computes. */
  server?: ServerInfo;
}

/** What was found at an inference server. */
export interface ServerInfo {
  host: string;
  /** What the server calls the model; absent where it has no name for it. */
  model?: string;
  /** What can't be done with it that a model on this machine can do, a sentence each; empty: nothing that matters. */
  lacks: FailurePhrase[];
}

/** A word, and how often it stands in a million words of the field. */
export interface FieldWord {
  word: string;
  perMillion: number;
}

export interface CompleteParams {
  /**
   * Prose before the cursor, markup already stripped. If it ends inside a word, the suggestion
   * completes that word first.
   */
  textBefore: string;
  decoding: Decoding;
  stop: StopRules;
  /** Words and phrases of the writer's dictionaries, as they are spelt: as likely as if the text had said each once. */
  words?: readonly string[];
  /** Titles of works that the text draws upon: less likely than what it said itself. */
  titles?: readonly string[];
  /** Ids of texts of the same manuscript that `KeepTexts` has sent, the nearest first; those that are not there are ignored. */
  manuscript?: readonly string[];
  /** Words of the field that begin with the letters of the word at the cursor, in small letters. */
  fieldWords?: readonly FieldWord[];
  /**
   * Suggestions at this cursor. The half-typed word gets the likeliest ending that begins none of them, of those that the text,
   * the lists and the field know; the answer is empty where there is none.
   */
  otherEndingThan?: readonly string[];
  /** Nobody waits for the answer yet: as with `prepare`, any other request for the model ends it; default false. */
  inSpareTime?: boolean;
}

export interface CompleteResult {
  /** Text to insert at the cursor, spacing towards `textBefore` included. */
  text: string;
  /** New tokens behind `text`. */
  tokens: number;
  finishReason: FinishReason;
  timings: GenerationTimings;
}

/** The prose of a file of a manuscript. */
export interface KeptText {
  /** Another one for each version of the file. */
  id: string;
  text: string;
}

export interface KeepTextsParams {
  texts: readonly KeptText[];
  /** Ids of all texts that are still wanted; the others are forgotten. */
  keep: readonly string[];
}

export interface PrepareParams {
  /** As in the `complete` that is expected next. */
  textBefore: string;
  /** As in its stop rules: the decoder leaves as much room behind the text. */
  maxNewTokens: number;
}

/** What reading a text ahead of its `complete` cost. */
export type PrepareResult = Pick<GenerationTimings, 'reusedTokens' | 'prefillTokens' | 'prefillMs'>;

export interface DescribeParams {
  /** The term to describe, as the writer spelt it. */
  term: string;
  /**
   * `documentOnly`: the description states no number, gene, drug, dose, identifier or citation that neither the term nor
   * `grounds` holds; default `allow`.
   */
  facts?: FactRule;
  /** Texts that a description may draw its facts from: the document around the term, definitions of a glossary. */
  grounds?: readonly string[];
  decoding: Decoding;
  stop: StopRules;
}

export interface DescribeResult {
  term: string;
  /** Whole sentences, the first beginning with the term; empty where no sentence kept to the rules: `finishReason` says which. */
  text: string;
  tokens: number;
  finishReason: FinishReason;
  timings: GenerationTimings;
}

export interface MineParams {
  /** The task that the source is made for; a model of another is not asked. */
  task: string;
  /** The text as the model's task has it: one line, with what else the task reads. The decoder tokenises and cuts it. */
  source: string;
  /** Greedy or beams; default greedy. */
  decoding?: Exclude<Decoding, { strategy: 'sample' }>;
  /** Answers to be weighed against one another, from one reading of the source; nothing is written then. */
  choices?: readonly string[];
  /** Tokens of the answer; default: as many as the task's length leaves. */
  maxNewTokens?: number;
}

/** A token of an answer. */
export interface MinedToken {
  id: number;
  /** Length of the answer's text with it, in UTF-16 units. */
  end: number;
  /** Natural logarithm of its probability, given the source and the answer before it. */
  logProbability: number;
}

export interface MineResult {
  /** What the model wrote behind its prompt; empty with `choices`. */
  text: string;
  /** An ending `</s>` included. */
  tokens: MinedToken[];
  /** Natural logarithm of each choice's probability, in their order. */
  choices?: number[];
  /** The source was too long: its end was not read. */
  cut: boolean;
  finishReason: FinishReason;
  timings: GenerationTimings;
}

/** Streamed while a request runs: the whole text so far (detokenising may change its tail). */
export interface GenerationProgress {
  text: string;
  tokens: number;
}

export interface DecoderStatus {
  pid: number;
  model: ModelInfo | null;
  /** Resident set size of the decoder process, bytes. */
  rssBytes: number;
  /** Tokens held in the KV cache. */
  cachedTokens: number;
  /** Requests for the model since the process started: `complete`, `describe`, `mine` and `prepare`. */
  requests: number;
  /** Moving averages over recent requests; null before the first. */
  prefillTokensPerSecond: number | null;
  decodeTokensPerSecond: number | null;
}

/** What the tokens of a request's progress are sent under; the request's caller chooses it. */
export type Streamed<P> = P & { progressToken?: ProgressToken };

/** Loads a model in place of the one that is loaded. */
export const LoadModel = new RequestType<LoadModelParams, ModelInfo, Failure>('biogpt/loadModel');

/** Streams `GenerationProgressed`, as `Describe` does. */
export const Complete = new RequestType<Streamed<CompleteParams>, CompleteResult, Failure>('biogpt/complete');

export const Describe = new RequestType<Streamed<DescribeParams>, DescribeResult, Failure>('biogpt/describe');

/**
 * Reads a text by the task that the model was tuned for, in the time that requests of writers leave: these wait for one
 * pass at most. Streams `GenerationProgressed`. Fails with `noTask` if the model is of another task or of none.
 */
export const Mine = new RequestType<Streamed<MineParams>, MineResult, Failure>('biogpt/mine');

export const GenerationProgressed = new ProgressType<GenerationProgress>();

/** Sends texts that requests name by their ids. Answered at once, whatever else runs. */
export const KeepTexts = new RequestType<KeepTextsParams, null, Failure>('biogpt/keepTexts');

/**
 * Works only while nothing else does: any other request for the model ends it, as a cancellation would; what it has read
 * stays in the KV cache.
 */
export const Prepare = new RequestType<PrepareParams, PrepareResult, Failure>('biogpt/prepare');

/** Answered at once, whatever else runs. */
export const Status = new RequestType<object, DecoderStatus, Failure>('biogpt/status');

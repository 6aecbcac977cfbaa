import type { Truncation } from './truncation';

/** What is asked of the row that comes next. A model that tells whole rows may ignore it. */
export interface Wanted {
  /** Tokens whose true values are needed: no other may come next. */
  among?: readonly number[];
  /** Of a prompt: most tokens that will follow. */
  newTokens?: number;
}

/** What a finished prefill tells. */
export interface Prefill {
  /** Next-token logits [vocab], valid until the next call. */
  logits: Float32Array;
  /** Prompt tokens found in the cache. */
  reusedTokens: number;
  /** Prompt tokens computed; 0 for the prompt that was the last one too. */
  computedTokens: number;
}

/** Several continuations of one prompt, advanced together. */
export interface BeamBatch {
  /**
   * Beam i becomes beam `parents[i]` followed by `ids[i]`.
   * @param among for each beam, as `Wanted`
   * @returns next-token logits, row-major [beams, vocab], valid until the next call.
   */
  step(
    parents: readonly number[],
    ids: readonly number[],
    signal?: AbortSignal,
    among?: readonly (readonly number[] | undefined)[],
  ): Promise<Float32Array>;
  /** What is known of the rows of the last step; absent: all. */
  truncations?: readonly Truncation[] | undefined;
  dispose(): void;
}

/** A network as the search algorithms see it: token ids in, next-token logits out. */
export interface LanguageModel {
  readonly vocabSize: number;
  /** Longest sequence in tokens. */
  readonly maxPositions: number;
  /**
   * Of a model elsewhere, which tells of each row only the likeliest tokens: how it tells those that are asked for (`Wanted.among`):
   * `values`, of each; `winner`, of the likeliest of them; `none`. Absent: its rows are whole.
   */
  readonly tells?: 'values' | 'winner' | 'none';
  /** What is known of the row that came last; absent: all. */
  readonly truncation?: Truncation | undefined;
  /** Makes `ids` the current sequence, recomputing as little as possible. @throws the signal's reason */
  prefill(ids: readonly number[], signal?: AbortSignal, wanted?: Wanted): Promise<Prefill>;
  /** Appends one token to the current sequence; next-token logits [vocab]. @throws the signal's reason */
  step(id: number, signal?: AbortSignal, wanted?: Wanted): Promise<Float32Array>;
  /** Copies of the current sequence, which itself stays as it is. `newTokens`: most tokens a beam will get. */
  fork(beams: number, newTokens: number): BeamBatch;
  /** Nothing follows the current sequence for now: whatever works ahead of it ends. */
  rest?(): void;
}

/** A model that can check guesses at the next tokens in one pass. */
export interface SpeculativeModel extends LanguageModel {
  /**
   * Appends `ids` to the current sequence; logits of every one of them, row-major [ids.length, vocab], valid
   * until the next call: row i is about the token behind `ids[i]`. The sequence is as before if it fails.
   * @throws the signal's reason
   */
  verify(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array>;
  /** Takes the last `count` tokens off the current sequence. */
  takeBack(count: number): void;
}

export function isSpeculative(model: LanguageModel): model is SpeculativeModel {
  return 'verify' in model && 'takeBack' in model;
}

/** A model that stays in memory between requests, with the text it read last. */
export interface ResidentModel extends LanguageModel {
  /** Tokens it remembers from the last request. */
  readonly cachedTokens: number;
  dispose(): Promise<void>;
}

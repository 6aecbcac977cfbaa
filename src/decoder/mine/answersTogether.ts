import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { FinishReason, GenerationTimings } from '../../protocol/decoder';
import { logProbability } from '../generation/logProbability';
import { argmax } from '../generation/topK';
import { KvRows } from '../session/kvRows';
import { PassLength, type PassSize } from '../session/passLength';
import type { ModelSession } from '../session/session';

/** What an answer is to follow. */
export interface Prompt {
  ids: readonly number[];
  /** No more than the model has room for: at least one, or nothing can follow. */
  maxNewTokens: number;
  /** The same as it was asked for. */
  wantedTokens: number;
  /** Why an answer that is as long as this ends. */
  budgetReason: FinishReason;
  signal?: AbortSignal;
  onProgress?: (generated: readonly number[]) => void;
}

/** The likeliest tokens behind a prompt. */
export interface Answer {
  ids: number[];
  /** ln p of each token, given those before it. */
  logProbabilities: number[];
  finishReason: FinishReason;
  timings: GenerationTimings;
}

interface Running {
  prompt: Prompt;
  ids: number[];
  logProbabilities: number[];
  prefillMs: number;
  decodeStarted: number;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
}

/**
 * Greedy answers of several texts: prompts are read one after the other, and one pass gives every answer its next token. With
 * fp32 products each is what it would be alone; with int8 ones 27 of 500 answers of a tuned starter were not. Reading a network's weights costs most of a token's time, and is shared.
 */
export class AnswersTogether {
  /** Their places are their rows. */
  private readonly running: Running[] = [];
  private rows: KvRows | null = null;
  private readonly passes: PassLength;

  /**
   * @param most answers at a time
   * @param now milliseconds, monotonic
   */
  constructor(
    private readonly session: ModelSession,
    private readonly eosId: number,
    private readonly most: number,
    size: PassSize,
    private readonly now: () => number,
  ) {
    this.passes = new PassLength(size);
  }

  get count(): number {
    return this.running.length;
  }

  get hasRoom(): boolean {
    return this.running.length < this.most;
  }

  /**
   * Reads a prompt, whose answer then grows with every step.
   * @returns when it is read. What fails until then, and later, is the answer's failure.
   */
  async begin(prompt: Prompt, resolve: Running['resolve'], reject: Running['reject']): Promise<void> {
    const { session } = this;
    const started = this.now();
    const row = this.running.length;
    try {
      this.rows ??= new KvRows(session.cacheShape, this.most, (part) => session.releaseCache(part));
      this.rows.setLength(row, 0);
      const logits = await this.read(this.rows, row, prompt);
      const decodeStarted = this.now();
      const answer: Running = {
        prompt,
        ids: [],
        logProbabilities: [],
        prefillMs: decodeStarted - started,
        decodeStarted,
        resolve,
        reject,
      };
      this.running.push(answer);
      if (this.choose(answer, logits)) this.end(row);
    } catch (error) {
      reject(error);
    }
  }

  /** Gives every answer its next token. */
  async step(): Promise<void> {
    for (let row = this.running.length - 1; row >= 0; row--) {
      const { prompt, reject } = this.running[row]!;
      if (!prompt.signal?.aborted) continue;
      reject(prompt.signal.reason);
      this.leave(row);
    }
    const { running, rows, session } = this;
    if (running.length === 0) return;
    try {
      const part = rows!.first(running.length);
      const logits = await session.forward(
        part,
        running.map(({ ids }) => ids.at(-1)!),
        'last',
      );
      running.forEach((_, row) => rows!.setLength(row, part.lengthOf(row)));
      const { vocabSize } = session;
      // From the last row on: the last one takes the place of one that is over.
      for (let row = running.length - 1; row >= 0; row--) {
        const over = this.choose(running[row]!, logits.subarray(row * vocabSize, (row + 1) * vocabSize));
        if (over) this.end(row);
      }
    } catch (error) {
      for (const { reject } of running.splice(0)) reject(error);
    }
  }

  /** Lets go of the memory that texts were read into. */
  forget(): void {
    this.rows?.dispose();
    this.rows = null;
  }

  private async read(rows: KvRows, row: number, { ids, signal }: Prompt): Promise<Float32Array> {
    const part = rows.row(row, ids.length);
    let logits!: Float32Array;
    for (let at = 0; at < ids.length;) {
      signal?.throwIfAborted();
      const tokens = ids.slice(at, at + this.passes.next(ids.length - at));
      const started = this.now();
      logits = await this.session.forward(part, tokens, 'last', signal);
      this.passes.took(tokens.length, this.now() - started);
      at += tokens.length;
      await yieldToEventLoop();
    }
    signal?.throwIfAborted();
    rows.setLength(row, ids.length);
    return logits;
  }

  /** Adds the likeliest token. @returns whether the answer is over */
  private choose({ prompt, ids, logProbabilities }: Running, logits: Float32Array): boolean {
    const id = argmax(logits);
    ids.push(id);
    logProbabilities.push(logProbability(logits, id));
    prompt.onProgress?.(ids);
    return id === this.eosId || ids.length >= prompt.maxNewTokens;
  }

  private end(row: number): void {
    const { prompt, ids, logProbabilities, prefillMs, decodeStarted, resolve } = this.running[row]!;
    this.leave(row);
    resolve({
      ids,
      logProbabilities,
      finishReason: ids.at(-1) === this.eosId ? 'endOfText' : prompt.budgetReason,
      timings: {
        reusedTokens: 0,
        prefillTokens: prompt.ids.length,
        prefillMs,
        decodedTokens: ids.length,
        decodeMs: this.now() - decodeStarted,
      },
    });
  }

  private leave(row: number): void {
    const last = this.running.pop()!;
    const place = this.running.length;
    if (row < place) this.running[row] = last;
    this.rows!.move(place, Math.min(row, place));
  }
}

import { SPECIAL_IDS } from '../../tokenizer/bioGptTokenizer';
import { generate, type Generation } from '../generation/generate';
import { logProbability } from '../generation/logProbability';
import { Speculation } from '../generation/speculation/speculation';
import { CachedModel } from '../session/cachedModel';
import type { PassSize } from '../session/passLength';
import type { ModelSession } from '../session/session';
import { AnswersTogether, type Answer, type Prompt } from './answersTogether';
import { scoreChoices } from './choices';
import { greedyAnswer } from './greedyAnswer';
import type { AnswerDecoding, TextReader } from './miner';
import { SharedSession, type InTurn } from './sharedSession';
import { TextQueue } from './textQueue';

/** Typing waits for one pass at most: milliseconds, or as long as a pass over one token takes. */
const BESIDE_TYPING_MS = 60;
/** While nobody types: each pass reads the weights, which on a slow or busy machine takes longer than what it is for. */
const UNDISTURBED_MS = 200;
const FIRST_TOKENS = 16;
/** Answers that grow together: each takes memory for its text, 0.2 MB a token at BioGPT's size. */
const ROWS = 4;

export interface MinerOptions {
  /** How long a pass may take; default: what typing can wait for, and longer while nobody types. */
  passes?: PassSize;
  /** Whether somebody types; default: always. */
  typing?: () => boolean;
  /** Answers that grow together, where texts wait; default: 4. */
  rows?: number;
  clock?: () => number;
}

/**
 * Reads texts with a session of this process. It has a KV cache of its own, so that the text that somebody writes meanwhile stays
 * in the model's. Requests wait for one another; answers of the model's own words are read several at a time, where several
 * wait.
 */
export class SessionReader implements TextReader {
  private readonly session: SharedSession;
  private readonly model: CachedModel;
  private readonly speculation: Speculation;
  private readonly together: AnswersTogether | undefined;
  private readonly queue: TextQueue;

  constructor(
    session: ModelSession,
    inTurn: InTurn,
    { passes: given, typing = () => true, rows = ROWS, clock }: MinerOptions = {},
  ) {
    // The plain path can't end a pass midway.
    const mayEnd = (): boolean => given === undefined && session.backend === 'native' && !typing();
    const passMs = (): number => (mayEnd() ? UNDISTURBED_MS : BESIDE_TYPING_MS);
    const passes = given ?? { passMs, first: FIRST_TOKENS };
    this.session = new SharedSession(session, inTurn, clock, mayEnd);
    const { now } = this.session;
    this.model = new CachedModel(this.session, now, passes);
    this.speculation = new Speculation(now);
    // The plain path copies its caches, so that none can be a part of another.
    if (rows > 1 && session.backend === 'native') {
      this.together = new AnswersTogether(this.session, SPECIAL_IDS.eos, rows, passes, now);
    }
    this.queue = new TextQueue(this.together);
  }

  get maxPositions(): number {
    return this.model.maxPositions;
  }

  now(): number {
    return this.session.now();
  }

  scores(
    prompt: readonly number[],
    choices: readonly (readonly number[])[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    return this.queue.alone(() => scoreChoices(this.model, prompt, choices, signal), signal);
  }

  answer(prompt: Prompt, decoding: AnswerDecoding): Promise<Answer> {
    if (decoding.strategy !== 'greedy') return this.queue.alone(() => this.beams(prompt, decoding), prompt.signal);
    const alone = (): Promise<Answer> =>
      greedyAnswer(this.model, prompt, { now: this.session.now, speculation: this.speculation });
    return prompt.maxNewTokens > 0 ? this.queue.answer(prompt, alone) : this.queue.alone(alone, prompt.signal);
  }

  rest(): void {
    this.model.forget();
    this.together?.forget();
  }

  private async beams(prompt: Prompt, decoding: AnswerDecoding): Promise<Answer> {
    const { ids, wantedTokens, signal, onProgress } = prompt;
    const generation = await generate(
      this.model,
      ids,
      decoding,
      { maxNewTokens: wantedTokens },
      {
        eosId: SPECIAL_IDS.eos,
        now: this.session.now,
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
      },
    );
    return { ...generation, logProbabilities: await this.logProbabilities(ids, generation, signal) };
  }

  /** Of a text that was found by other means than one token after the other. */
  private async logProbabilities(
    prompt: readonly number[],
    { ids }: Generation,
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    if (ids.length === 0) return [];
    const { vocabSize } = this.model;
    const { logits } = await this.model.prefill(prompt, signal);
    const first = logProbability(logits, ids[0]!);
    if (ids.length === 1) return [first];
    const rows = await this.model.verify(ids.slice(0, -1), signal);
    const row = (i: number): Float32Array => rows.subarray(i * vocabSize, (i + 1) * vocabSize);
    return [first, ...ids.slice(1).map((id, i) => logProbability(row(i), id))];
  }
}

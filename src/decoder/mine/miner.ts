import type { ModelTask } from '../../modelFolder/modelTask';
import { phrase } from '../../modelFolder/phrase';
import type { GenerationProgress, MinedToken, MineParams, MineResult } from '../../protocol/decoder';
import { SPECIAL_IDS, type BioGptTokenizer } from '../../tokenizer/bioGptTokenizer';
import { generate, type Generation } from '../generation/generate';
import { logProbability } from '../generation/logProbability';
import type { LogitsProcessor } from '../generation/logitsProcessors';
import { BadRequest, checkBeams } from '../generation/settings';
import { Speculation } from '../generation/speculation/speculation';
import { argmax } from '../generation/topK';
import { CachedModel } from '../session/cachedModel';
import type { PassSize } from '../session/passLength';
import type { ModelSession } from '../session/session';
import { AnswersTogether, type Answer, type Prompt } from './answersTogether';
import { scoreChoices } from './choices';
import { NoTask } from './noTask';
import { SharedSession, type InTurn } from './sharedSession';
import { taskInput } from './taskInput';
import { TextQueue } from './textQueue';

/** Typing waits for one pass at most: this long, or as long as a pass over one token takes. */
const BESIDE_TYPING: PassSize = { passMs: 60, first: 16 };
/** Answers that grow together: each takes memory for its text, 0.2 MB a token at BioGPT's size. */
const ROWS = 4;

export interface MinerOptions {
  /** How long a pass may take; default: what typing can wait for. */
  passes?: PassSize;
  /** Answers that grow together, where texts wait; default: 4. */
  rows?: number;
  clock?: () => number;
}

export interface MinerHooks {
  signal?: AbortSignal;
  onProgress?: (progress: GenerationProgress) => void;
}

/**
 * Reads texts by a model's task (Luo et al. 2022): relations, answers, classes. It has a KV cache of its own, so that the
 * text that somebody writes meanwhile stays in the model's. Requests wait for one another; answers of the model's own words
 * are read several at a time, where several wait.
 */
export class Miner {
  private readonly session: SharedSession;
  private readonly model: CachedModel;
  private readonly speculation: Speculation;
  private readonly together: AnswersTogether | undefined;
  private readonly queue: TextQueue;

  constructor(
    private readonly name: string,
    session: ModelSession,
    private readonly tokenizer: BioGptTokenizer,
    private readonly task: ModelTask,
    inTurn: InTurn,
    { passes = BESIDE_TYPING, rows = ROWS, clock }: MinerOptions = {},
  ) {
    this.session = new SharedSession(session, inTurn, clock);
    const { now } = this.session;
    this.model = new CachedModel(this.session, now, passes);
    this.speculation = new Speculation(now);
    // The plain path copies its caches, so that none can be a part of another.
    if (rows > 1 && session.backend === 'native') {
      this.together = new AnswersTogether(this.session, SPECIAL_IDS.eos, rows, passes, now);
    }
    this.queue = new TextQueue(this.together);
  }

  /**
   * The model's answer, or the probabilities of the answers that it may give.
   * @throws NoTask for a source that was made for another task; BadRequest for an empty source or settings out of range; the signal's reason.
   */
  async mine(
    { task, source, choices, decoding, maxNewTokens }: MineParams,
    hooks: MinerHooks = {},
  ): Promise<MineResult> {
    if (task !== this.task.id) throw new NoTask(this.name, task);
    if (source.trim() === '') {
      throw new BadRequest(phrase`The text is empty.`, { setting: 'source', value: source });
    }
    const { ids, cut } = taskInput(source, this.task, (text) => this.tokenizer.encode(text));
    if (choices) return this.queue.alone(() => this.choose(ids, cut, choices, hooks), hooks.signal);
    const most = Math.max(1, this.task.maxTokens - ids.length);
    return this.answer({ ids, cut, maxNewTokens: Math.min(most, maxNewTokens ?? most) }, decoding, hooks);
  }

  /** Lets go of the memory that texts were read into. */
  rest(): void {
    this.model.forget();
    this.together?.forget();
  }

  private async choose(
    ids: number[],
    cut: boolean,
    choices: readonly string[],
    { signal }: MinerHooks,
  ): Promise<MineResult> {
    const encoded = choices.map((choice) => this.tokenizer.encode(choice).slice(1));
    const longest = Math.max(...encoded.map(({ length }) => length));
    if (encoded.length === 0 || encoded.some(({ length }) => length === 0)) {
      throw new BadRequest(phrase`List the possible answers. None may be empty.`, { setting: 'choices' });
    }
    if (ids.length + longest > this.model.maxPositions) {
      const problem = phrase`A choice is too long (${longest} tokens). Shorten it.`;
      throw new BadRequest(problem, { setting: 'choices', value: longest });
    }
    const { now } = this.session;
    const started = now();
    const scores = await scoreChoices(this.model, ids, encoded, signal);
    const timings = {
      reusedTokens: 0,
      prefillTokens: ids.length,
      prefillMs: now() - started,
      decodedTokens: 0,
      decodeMs: 0,
    };
    return { text: '', tokens: [], choices: scores, cut, finishReason: 'endOfText', timings };
  }

  private async answer(
    { ids, cut, maxNewTokens }: { ids: number[]; cut: boolean; maxNewTokens: number },
    decoding: MineParams['decoding'] = { strategy: 'greedy' },
    { signal, onProgress }: MinerHooks,
  ): Promise<MineResult> {
    checkBeams(decoding);
    const told = onProgress && {
      onProgress: (generated: readonly number[]) =>
        onProgress({ text: this.tokenizer.decode(generated), tokens: generated.length }),
    };
    const room = this.model.maxPositions - ids.length;
    const prompt: Prompt = {
      ids,
      maxNewTokens: Math.min(room, maxNewTokens),
      budgetReason: room < maxNewTokens ? 'contextFull' : 'tokenBudget',
      ...(signal && { signal }),
      ...told,
    };
    const alone = (): Promise<Answer> =>
      decoding.strategy === 'greedy' ? this.greedy(prompt, maxNewTokens) : this.beams(prompt, maxNewTokens, decoding);
    const answer =
      decoding.strategy === 'greedy' && room > 0
        ? await this.queue.answer(prompt, alone)
        : await this.queue.alone(alone, signal);
    const tokens = this.tokensOf(answer.ids, answer.logProbabilities);
    const { finishReason, timings } = answer;
    return { text: this.tokenizer.decode(answer.ids), tokens, cut, finishReason, timings };
  }

  /** The likeliest tokens, guessed ahead. */
  private async greedy({ ids, signal, onProgress }: Prompt, maxNewTokens: number): Promise<Answer> {
    const logProbabilities: number[] = [];
    // Greedy search takes the likeliest token, so its probability is known where the logits are.
    const note: LogitsProcessor = (logits) => void logProbabilities.push(logProbability(logits, argmax(logits)));
    const generation = await generate(
      this.model,
      ids,
      { strategy: 'greedy' },
      { maxNewTokens },
      {
        eosId: SPECIAL_IDS.eos,
        now: this.session.now,
        processors: [note],
        speculation: this.speculation,
        ...(signal && { signal }),
        ...(onProgress && { onProgress }),
      },
    );
    return { ...generation, logProbabilities };
  }

  private async beams(
    { ids, signal, onProgress }: Prompt,
    maxNewTokens: number,
    decoding: NonNullable<MineParams['decoding']>,
  ): Promise<Answer> {
    const generation = await generate(
      this.model,
      ids,
      decoding,
      { maxNewTokens },
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

  private tokensOf(ids: readonly number[], logProbabilities: readonly number[]): MinedToken[] {
    const decoder = this.tokenizer.incrementalDecoder();
    return ids.map((id, i) => {
      decoder.push(id);
      return { id, end: decoder.text.length, logProbability: logProbabilities[i]! };
    });
  }
}

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
import type { ModelSession } from '../session/session';
import { scoreChoices } from './choices';
import { NoTask } from './noTask';
import { SharedSession, type InTurn } from './sharedSession';
import { taskInput } from './taskInput';

/** Typing waits for one pass at most: this long, or as long as a pass over one token takes. */
const PASS_MS = 60;
/** Tokens of the first pass, before it is known how long they take. */
const FIRST_PASS = 16;

export interface MinerHooks {
  signal?: AbortSignal;
  onProgress?: (progress: GenerationProgress) => void;
}

/**
 * Reads texts by a model's task (Luo et al. 2022): relations, answers, classes. It has a KV cache of its own, so that the
 * text that somebody writes meanwhile stays in the model's. One request at a time.
 */
export class Miner {
  private readonly session: SharedSession;
  private readonly model: CachedModel;
  private readonly speculation: Speculation;

  constructor(
    private readonly name: string,
    session: ModelSession,
    private readonly tokenizer: BioGptTokenizer,
    private readonly task: ModelTask,
    inTurn: InTurn,
    clock?: () => number,
  ) {
    this.session = new SharedSession(session, inTurn, clock);
    this.model = new CachedModel(this.session, this.session.now, { passMs: PASS_MS, first: FIRST_PASS });
    this.speculation = new Speculation(this.session.now);
  }

  /**
   * The model's answer, or the probabilities of the answers that it may give.
   * @throws NoTask for a source that was made for another task; BadRequest for an empty source or settings out of range; the signal's reason.
   */
  async mine({ task, source, choices, decoding }: MineParams, hooks: MinerHooks = {}): Promise<MineResult> {
    if (task !== this.task.id) throw new NoTask(this.name, task);
    if (source.trim() === '') {
      throw new BadRequest(phrase`The text is empty.`, { setting: 'source', value: source });
    }
    const { ids, cut } = taskInput(source, this.task, (text) => this.tokenizer.encode(text));
    return choices ? this.choose(ids, cut, choices, hooks) : this.answer(ids, cut, decoding, hooks);
  }

  /** Lets go of the memory that texts were read into. */
  rest(): void {
    this.model.forget();
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
    ids: number[],
    cut: boolean,
    decoding: MineParams['decoding'] = { strategy: 'greedy' },
    { signal, onProgress }: MinerHooks,
  ): Promise<MineResult> {
    checkBeams(decoding);
    const greedy: number[] = [];
    // Greedy search takes the likeliest token, so its probability is known where the logits are.
    const note: LogitsProcessor = (logits) => void greedy.push(logProbability(logits, argmax(logits)));
    const generation = await generate(
      this.model,
      ids,
      decoding,
      { maxNewTokens: Math.max(1, this.task.maxTokens - ids.length) },
      {
        eosId: SPECIAL_IDS.eos,
        now: this.session.now,
        ...(decoding.strategy === 'greedy' && { processors: [note], speculation: this.speculation }),
        ...(signal && { signal }),
        ...(onProgress && {
          onProgress: (generated) => onProgress({ text: this.tokenizer.decode(generated), tokens: generated.length }),
        }),
      },
    );
    const logProbabilities =
      decoding.strategy === 'greedy' ? greedy : await this.logProbabilities(ids, generation, signal);
    const tokens = this.tokensOf(generation.ids, logProbabilities);
    const { finishReason, timings } = generation;
    return { text: this.tokenizer.decode(generation.ids), tokens, cut, finishReason, timings };
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

import type { ModelTask } from '../../modelFolder/modelTask';
import { phrase } from '../../modelFolder/phrase';
import type { GenerationProgress, MinedToken, MineParams, MineResult } from '../../protocol/decoder';
import type { BioGptTokenizer } from '../../tokenizer/bioGptTokenizer';
import { BadRequest, checkBeams } from '../generation/settings';
import type { Answer, Prompt } from './answersTogether';
import { NoTask } from './noTask';
import { taskInput } from './taskInput';

export interface MinerHooks {
  signal?: AbortSignal;
  onProgress?: (progress: GenerationProgress) => void;
}

export type AnswerDecoding = NonNullable<MineParams['decoding']>;

/** What reads the ids of texts: a network of this process, or a server. */
export interface TextReader {
  /** Longest text with its answer, in tokens. */
  readonly maxPositions: number;
  /** Milliseconds of work. */
  now(): number;
  /** ln p of each of some texts behind a prompt. @throws the signal's reason */
  scores(
    prompt: readonly number[],
    choices: readonly (readonly number[])[],
    signal: AbortSignal | undefined,
  ): Promise<number[]>;
  /** The text that follows a prompt. @throws the prompt's signal's reason; BadRequest for a prompt without room */
  answer(prompt: Prompt, decoding: AnswerDecoding): Promise<Answer>;
  /** Lets go of the memory that texts were read into. */
  rest(): void;
}

/** Reads texts by a model's task (Luo et al. 2022): relations, answers, classes. Many may be asked for at a time. */
export class Miner {
  constructor(
    private readonly name: string,
    private readonly tokenizer: BioGptTokenizer,
    private readonly task: ModelTask,
    private readonly reader: TextReader,
  ) {}

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
    if (choices) return this.choose(ids, cut, choices, hooks);
    const most = Math.max(1, this.task.maxTokens - ids.length);
    return this.answer({ ids, cut, maxNewTokens: Math.min(most, maxNewTokens ?? most) }, decoding, hooks);
  }

  /** Lets go of the memory that texts were read into. */
  rest(): void {
    this.reader.rest();
  }

  private async choose(
    ids: number[],
    cut: boolean,
    choices: readonly string[],
    { signal }: MinerHooks,
  ): Promise<MineResult> {
    const { reader } = this;
    const encoded = choices.map((choice) => this.tokenizer.encode(choice).slice(1));
    const longest = Math.max(...encoded.map(({ length }) => length));
    if (encoded.length === 0 || encoded.some(({ length }) => length === 0)) {
      throw new BadRequest(phrase`List the possible answers. None may be empty.`, { setting: 'choices' });
    }
    if (ids.length + longest > reader.maxPositions) {
      const problem = phrase`A choice is too long (${longest} tokens). Shorten it.`;
      throw new BadRequest(problem, { setting: 'choices', value: longest });
    }
    const started = reader.now();
    const scores = await reader.scores(ids, encoded, signal);
    const timings = {
      reusedTokens: 0,
      prefillTokens: ids.length,
      prefillMs: reader.now() - started,
      decodedTokens: 0,
      decodeMs: 0,
    };
    return { text: '', tokens: [], choices: scores, cut, finishReason: 'endOfText', timings };
  }

  private async answer(
    { ids, cut, maxNewTokens }: { ids: number[]; cut: boolean; maxNewTokens: number },
    decoding: AnswerDecoding = { strategy: 'greedy' },
    { signal, onProgress }: MinerHooks,
  ): Promise<MineResult> {
    checkBeams(decoding);
    const told = onProgress && {
      onProgress: (generated: readonly number[]) =>
        onProgress({ text: this.tokenizer.decode(generated), tokens: generated.length }),
    };
    const room = this.reader.maxPositions - ids.length;
    const prompt: Prompt = {
      ids,
      maxNewTokens: Math.min(room, maxNewTokens),
      wantedTokens: maxNewTokens,
      budgetReason: room < maxNewTokens ? 'contextFull' : 'tokenBudget',
      ...(signal && { signal }),
      ...told,
    };
    const answer = await this.reader.answer(prompt, decoding);
    const tokens = this.tokensOf(answer.ids, answer.logProbabilities);
    const { finishReason, timings } = answer;
    return { text: this.tokenizer.decode(answer.ids), tokens, cut, finishReason, timings };
  }

  private tokensOf(ids: readonly number[], logProbabilities: readonly number[]): MinedToken[] {
    const decoder = this.tokenizer.incrementalDecoder();
    return ids.map((id, i) => {
      decoder.push(id);
      return { id, end: decoder.text.length, logProbability: logProbabilities[i]! };
    });
  }
}

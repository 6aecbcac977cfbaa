import { SPECIAL_IDS } from '../../tokenizer/bioGptTokenizer';
import { generate } from '../generation/generate';
import type { Answer, Prompt } from '../mine/answersTogether';
import { greedyAnswer } from '../mine/greedyAnswer';
import type { AnswerDecoding, TextReader } from '../mine/miner';
import { patiently, type Patience } from './patience';
import { RemoteModel } from './remoteModel';
import type { ModelServer } from './server';

/** Reads texts on a server, as many at a time as it is asked for: the server reads them together. */
export class RemoteReader implements TextReader {
  constructor(
    private readonly server: ModelServer,
    private readonly patience: Patience,
  ) {}

  get maxPositions(): number {
    return this.server.capabilities.maxPositions;
  }

  now(): number {
    return performance.now();
  }

  async scores(
    prompt: readonly number[],
    choices: readonly (readonly number[])[],
    signal: AbortSignal | undefined,
  ): Promise<number[]> {
    const texts = choices.map((choice) => [...prompt, ...choice]);
    const told = await patiently(() => this.server.scores(texts, signal), this.patience, signal);
    return choices.map(({ length }, i) => told[i]!.slice(-length).reduce((sum, value) => sum + value, 0));
  }

  answer(prompt: Prompt, decoding: AnswerDecoding): Promise<Answer> {
    const job = (): Promise<Answer> =>
      decoding.strategy === 'greedy'
        ? greedyAnswer(new RemoteModel(this.server), prompt, { now: () => this.now() })
        : this.beams(prompt, decoding);
    return patiently(job, this.patience, prompt.signal);
  }

  rest(): void {
    // Nothing is kept.
  }

  private async beams(prompt: Prompt, decoding: AnswerDecoding): Promise<Answer> {
    const { ids, wantedTokens, signal, onProgress } = prompt;
    const generation = await generate(
      new RemoteModel(this.server),
      ids,
      decoding,
      { maxNewTokens: wantedTokens },
      { eosId: SPECIAL_IDS.eos, ...(signal && { signal }), ...(onProgress && { onProgress }) },
    );
    const { length } = generation.ids;
    const [told] = length === 0 ? [[]] : await this.server.scores([[...ids, ...generation.ids]], signal);
    return { ...generation, logProbabilities: length === 0 ? [] : told!.slice(-length) };
  }
}

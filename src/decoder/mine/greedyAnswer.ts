import { SPECIAL_IDS } from '../../tokenizer/bioGptTokenizer';
import { generate } from '../generation/generate';
import type { LanguageModel } from '../generation/languageModel';
import { logProbability } from '../generation/logProbability';
import type { LogitsProcessor } from '../generation/logitsProcessors';
import type { Speculation } from '../generation/speculation/speculation';
import { argmax } from '../generation/topK';
import type { Answer, Prompt } from './answersTogether';

/**
 * The likeliest tokens behind a prompt, with their probabilities.
 * @throws BadRequest for a prompt that leaves no room; the signal's reason
 */
export async function greedyAnswer(
  model: LanguageModel,
  { ids, wantedTokens, signal, onProgress }: Prompt,
  { now, speculation }: { now: () => number; speculation?: Speculation },
): Promise<Answer> {
  const logProbabilities: number[] = [];
  // Greedy search takes the likeliest token, so its probability is known where the logits are.
  const note: LogitsProcessor = (logits) => void logProbabilities.push(logProbability(logits, argmax(logits)));
  const generation = await generate(
    model,
    ids,
    { strategy: 'greedy' },
    { maxNewTokens: wantedTokens },
    {
      eosId: SPECIAL_IDS.eos,
      now,
      processors: [note],
      ...(speculation && { speculation }),
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    },
  );
  return { ...generation, logProbabilities };
}

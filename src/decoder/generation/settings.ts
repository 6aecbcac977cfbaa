import { english, phrase, type Phrase } from '../../modelFolder/phrase';
import type { Decoding, StopRules } from '../../protocol/decoder';

/** Every beam has a KV cache of its own: more would fill the memory. */
const MOST_BEAMS = 32;

/** A request whose numbers make no sense. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly code = 'badRequest';

  /**
   * @param problem what is wrong, in words.
   * @param details the setting at fault, as the request names it, and its value.
   */
  constructor(
    readonly problem: Phrase,
    readonly details: { readonly setting: string; readonly value?: unknown },
  ) {
    super(english(problem));
  }
}

/** @throws BadRequest naming the first setting that is out of range. */
export function checkSettings(decoding: Decoding, stop: StopRules): void {
  whole('maxNewTokens', stop.maxNewTokens, 1);
  whole('minNewTokens', stop.minNewTokens ?? 0, 0);
  if (!((stop.caution ?? 0) >= 0)) {
    throw refusal(
      'caution',
      stop.caution,
      phrase`caution must be a number of at least 0, not ${String(stop.caution)}.`,
    );
  }
  above0('timeBudgetMs', stop.timeBudgetMs ?? 1);
  switch (decoding.strategy) {
    case 'greedy':
      return;
    case 'beam': {
      const { beams, lengthPenalty = 1 } = decoding;
      whole('beams', beams, 1);
      if (!Number.isFinite(lengthPenalty)) {
        const problem = phrase`lengthPenalty must be a number, not ${String(lengthPenalty)}.`;
        throw refusal('lengthPenalty', lengthPenalty, problem);
      }
      return;
    }
    case 'sample': {
      const { temperature = 1, topK = 0, topP = 1 } = decoding;
      above0('temperature', temperature);
      whole('topK', topK, 0);
      if (!(topP > 0 && topP <= 1)) {
        throw refusal('topP', topP, phrase`topP must be above 0 and at most 1, not ${String(topP)}.`);
      }
      return;
    }
    default: {
      const { strategy } = decoding as { strategy: unknown };
      throw refusal(
        'strategy',
        strategy,
        phrase`Unknown decoding strategy ${JSON.stringify(strategy) ?? 'undefined'}.`,
      );
    }
  }
}

/** @throws BadRequest for more beams than a model of full size has memory for. */
export function checkBeams(decoding: Decoding): void {
  if (decoding.strategy !== 'beam' || !(decoding.beams > MOST_BEAMS)) return;
  const { beams } = decoding;
  throw refusal('beams', beams, phrase`beams must be at most ${MOST_BEAMS}, not ${beams}.`);
}

/** @throws BadRequest for a token budget that is none. */
export function checkTokenBudget(maxNewTokens: number): void {
  whole('maxNewTokens', maxNewTokens, 1);
}

function whole(setting: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  const problem = phrase`${setting} must be a whole number of at least ${least}, not ${String(value)}.`;
  throw refusal(setting, value, problem);
}

function above0(setting: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw refusal(setting, value, phrase`${setting} must be above 0, not ${String(value)}.`);
}

function refusal(setting: string, value: unknown, problem: Phrase): BadRequest {
  return new BadRequest(problem, { setting, value });
}

import { groundsAround } from '../../completion/description';
import { openModelFolder } from '../../modelFolder/modelFolder';
import { repairDescription } from '../../prose/spacing';
import type { DescribeResult, FactRule, FinishReason } from '../../protocol/decoder';
import { decodingOf, type DecodingOptions } from '../options';
import { inputLines, print } from '../output';
import { openEngine, type ServerOptions } from '../server';
import { definitionsOf, inWords, type DefineOptions } from './define';

export interface DescribeOptions extends DecodingOptions, ServerOptions, Omit<DefineOptions, 'json'> {
  readonly facts: FactRule;
  /** Asks a model too whose `model.json` says that its descriptions are not worth reading. */
  readonly askAnyway: boolean;
}

const DEFAULT_MAX_TOKENS = 96;

/**
 * Prints what the glossary and the model say of terms; without terms of the lines of standard input. The model is not asked
 * where it is not fit to describe; it takes facts only from the definitions and from the text around the term.
 */
export async function describe(terms: readonly string[], options: DescribeOptions): Promise<void> {
  const decoding = decodingOf(options, { strategy: 'beam', beams: 5, earlyStopping: true });
  const { context, definitions } = definitionsOf(options);
  const { description } = await openModelFolder(options.model);
  const unfit = description.describes === false && !options.askAnyway;
  const started = performance.now();
  const engine = unfit
    ? undefined
    : await openEngine(options.model, options, { ...(options.threads && { threads: options.threads }) });
  try {
    for await (const term of terms.length > 0 ? terms : inputLines()) {
      const found = definitions(term);
      const grounds = [
        ...(context === undefined ? [] : [groundsAround(context, term)]),
        ...found.map((one) => `${one.term}: ${one.definition}`),
      ];
      const result = await engine?.describe({
        term,
        decoding,
        facts: options.facts,
        grounds,
        stop: {
          maxNewTokens: options.maxTokens ?? DEFAULT_MAX_TOKENS,
          ...(options.minTokens !== undefined && { minNewTokens: options.minTokens }),
          repetition: true,
          ...(options.timeBudget !== undefined && { timeBudgetMs: options.timeBudget }),
        },
      });
      const ms = Math.round(performance.now() - started);
      const text = repairDescription(result?.text ?? '', term);
      const tokens = result?.tokens ?? 0;
      const reason = reasonOf(result, description.name);
      const printed = { term, definitions: found, text, tokens, ms, ...(reason !== undefined && { reason }) };
      await print(options.json, printed, () =>
        [inWords(term, found), `${description.name}: ${text || reason}`].join('\n\n'),
      );
    }
  } finally {
    await engine?.dispose();
  }
}

/** Why there is no text; undefined where there is one. */
function reasonOf(result: DescribeResult | undefined, model: string): string | undefined {
  if (result === undefined) {
    return `${model} is too small to describe terms and was not asked. Choose another model with --model, or add --ask-anyway.`;
  }
  return result.text === ''
    ? `The model's description was left out: ${BROKEN[result.finishReason] ?? 'it contained no complete sentence'}.`
    : undefined;
}

const BROKEN: Partial<Record<FinishReason, string>> = {
  fact: 'it stated facts that are in neither the text nor the definitions',
  drift: 'it drifted away from the term',
  repetition: 'it repeated itself',
};

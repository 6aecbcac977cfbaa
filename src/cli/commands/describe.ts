import { Engine } from '../../decoder/engine';
import { decodingOf, type DecodingOptions } from '../options';
import { print } from '../output';

export type DescribeOptions = DecodingOptions;

const DEFAULT_MAX_TOKENS = 96;

export async function describe(term: string, options: DescribeOptions): Promise<void> {
  const decoding = decodingOf(options, { strategy: 'beam', beams: 5, earlyStopping: true });
  const started = performance.now();
  const engine = await Engine.open(options.model, { ...(options.threads && { threads: options.threads }) });
  try {
    const { text, tokens } = await engine.describe({
      term,
      decoding,
      stop: {
        maxNewTokens: options.maxTokens ?? DEFAULT_MAX_TOKENS,
        ...(options.minTokens !== undefined && { minNewTokens: options.minTokens }),
        repetition: true,
        ...(options.timeBudget !== undefined && { timeBudgetMs: options.timeBudget }),
      },
    });
    const ms = Math.round(performance.now() - started);
    await print(options.json, { term, text, tokens, ms }, () => text);
  } finally {
    await engine.dispose();
  }
}

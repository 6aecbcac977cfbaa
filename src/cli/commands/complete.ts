import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { insertionFor } from '../../prose/insertion';
import { repairSpacing } from '../../prose/spacing';
import { scopeAt } from '../../prose/proseDocument';
import type { ProseLanguage } from '../../prose/scope';
import { decodingOf, type DecodingOptions } from '../options';
import { openFieldWords } from '../glossaryFile';
import { print } from '../output';
import { openEngine, type ServerOptions } from '../server';

export interface CompleteOptions extends DecodingOptions, ServerOptions {
  text?: string;
  file?: string;
  offset?: number;
  language?: ProseLanguage;
  caution?: number;
  until: 'sentence' | 'line' | 'budget';
  /** File of the field's words. */
  fieldWords: string;
}

const DEFAULT_MAX_TOKENS = 24;

/** The document, the cursor and the language that the options name. */
async function readPosition(
  options: CompleteOptions,
): Promise<{ text: string; offset: number; language: ProseLanguage }> {
  const { text, file, offset, language } = options;
  if ((text === undefined) === (file === undefined)) throw new Error('Give either --text or --file with --offset.');
  if (text !== undefined) return { text, offset: offset ?? text.length, language: language ?? 'markdown' };
  if (offset === undefined) throw new Error('--file needs --offset, the cursor in UTF-16 units from the start.');
  const content = await readFile(file!, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`Cannot read ${file} (${error.code}).`);
  });
  if (offset > content.length) throw new Error(`--offset ${offset} is past the end of ${file} (${content.length}).`);
  return { text: content, offset, language: language ?? (extname(file!) === '.tex' ? 'latex' : 'markdown') };
}

export async function complete(options: CompleteOptions): Promise<void> {
  const { text, offset, language } = await readPosition(options);
  const decoding = decodingOf(options, { strategy: 'greedy' });
  const started = performance.now();
  const elapsed = (): number => Math.round(performance.now() - started);

  const scope = scopeAt(language, text, offset);
  if (!scope.prose) {
    const nothing = { insertText: '', tokens: 0, ms: elapsed(), reason: scope.reason };
    await print(options.json, nothing, () => `(no suggestion: ${scope.reason})`);
    return;
  }

  const engine = await openEngine(options.model, options, { ...(options.threads && { threads: options.threads }) });
  try {
    const result = await engine.complete({
      textBefore: scope.textBefore,
      fieldWords: openFieldWords(options.fieldWords)(scope.textBefore),
      decoding,
      stop: {
        maxNewTokens: options.maxTokens ?? DEFAULT_MAX_TOKENS,
        ...(options.minTokens !== undefined && { minNewTokens: options.minTokens }),
        sentenceEnd: options.until === 'sentence',
        lineEnd: options.until !== 'budget',
        ...(options.timeBudget !== undefined && { timeBudgetMs: options.timeBudget }),
        ...(options.caution !== undefined && { caution: options.caution }),
      },
    });
    const lineEnd = text.indexOf('\n', offset);
    const lineSuffix = text.slice(offset, lineEnd < 0 ? undefined : lineEnd);
    const line = { linePrefix: scope.linePrefix, lineSuffix };
    const answer = repairSpacing(result.text, scope.textBefore);
    const insertText = insertionFor(language, scope, line, answer).text;
    await print(options.json, { insertText, tokens: result.tokens, ms: elapsed() }, () => insertText);
  } finally {
    await engine.dispose();
  }
}

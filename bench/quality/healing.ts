import { FIELD_WORDS } from '../lib/fieldWords';
import { openFieldWords } from '../../src/cli/glossaryFile';
import { systemClock } from '../../src/completion/clock';
import { withRepairedSpacing } from '../../src/completion/completer';
import { CompletionEngine } from '../../src/completion/completionEngine';
import type { FieldWords } from '../../src/completion/fieldWords';
import { COMPLETION_DEFAULTS } from '../../src/completion/options';
import type { Engine } from '../../src/decoder/engine';
import { isAmongLikeliest } from './likeliestWords';
import type { Term } from './text/terms';

/** How words are completed of which a part is typed. */
export interface Healing {
  /** Terms that the model has among its likeliest next words. */
  known: number;
  /** Those of them that half their letters complete. */
  completed: number;
  /** Places that were looked at to find these. */
  tried: number;
}

/** Words among which a term counts as known. */
const LIKELIEST = 5;
const STOP = { maxNewTokens: 16, sentenceEnd: true, lineEnd: true };

/**
 * Types half the letters of terms that the model has among its five likeliest next words, and sees whether the
 * completion is the rest of the term. The gate is off: whether to show it is another question. A term counts once, at
 * the first of its places where the model knows it.
 *
 * @param terms terms at their places, in the order to look.
 * @param count known terms to find; fewer where `terms` end.
 * @param failed told of each term that was not completed.
 */
export async function measureHealing(
  engine: Engine,
  terms: readonly Term[],
  count: number,
  onProgress: (done: number) => void,
  failed: (term: Term, text: string) => void = () => undefined,
): Promise<Healing> {
  const healing: Healing = { known: 0, completed: 0, tried: 0 };
  const known = new Set<string>();
  for (const term of terms) {
    if (healing.known === count) break;
    if (known.has(term.word)) continue;
    healing.tried++;
    if (!(await isAmongLikeliest(engine, term.before, term.word, LIKELIEST))) continue;
    known.add(term.word);
    onProgress(healing.known++);
    const typed = term.word.slice(0, Math.ceil(term.word.length / 2));
    const { text } = await engine.complete({
      textBefore: term.before + typed,
      decoding: { strategy: 'greedy' },
      stop: STOP,
    });
    const rest = term.word.slice(typed.length);
    if (finishes(rest, text)) healing.completed++;
    else failed(term, text);
  }
  return healing;
}

/** How words are finished that the model would not have thought of. */
export interface Finishing {
  /** Terms that are not among the model's likeliest next words. */
  unknown: number;
  /** Those of them that half their letters finish, as the product shows it. */
  completed: number;
  /** Those for which something else is shown there. */
  wrong: number;
  /** Those that are among the suggestions for someone who asks for the next one. */
  amongAlternatives: number;
}

/**
 * Types half the letters of terms that are not among the model's five likeliest next words, and sees whether ghost text, gate
 * and all, is the rest of the term, and whether it is among the suggestions that the writer can go through. A term counts once.
 */
export async function measureFinishing(
  engine: Engine,
  terms: readonly Term[],
  count: number,
  caution: number,
  onProgress: (done: number) => void,
  told: (term: Term, text: string) => void = () => undefined,
): Promise<Finishing> {
  const finishing: Finishing = { unknown: 0, completed: 0, wrong: 0, amongAlternatives: 0 };
  const seen = new Set<string>();
  const fieldWords = openFieldWords(FIELD_WORDS);
  for (const term of terms) {
    if (finishing.unknown === count) break;
    if (seen.has(term.word)) continue;
    seen.add(term.word);
    if (await isAmongLikeliest(engine, term.before, term.word, LIKELIEST)) continue;
    onProgress(finishing.unknown++);
    const typed = term.word.slice(0, Math.ceil(term.word.length / 2));
    const textBefore = term.before + typed;
    const { text } = await engine.complete({
      textBefore,
      decoding: { strategy: 'greedy' },
      stop: { ...STOP, caution, facts: COMPLETION_DEFAULTS.facts },
      fieldWords: fieldWords(textBefore),
    });
    const rest = term.word.slice(typed.length);
    if (finishes(rest, text)) finishing.completed++;
    else if (text !== '') finishing.wrong++;
    const alternatives = await alternativesAt(engine, textBefore, caution, fieldWords);
    if (alternatives.some((one) => finishes(rest, one))) finishing.amongAlternatives++;
    told(term, text);
  }
  return finishing;
}

/** What the editor goes through when the writer asks for the next suggestion. */
async function alternativesAt(
  engine: Engine,
  textBefore: string,
  caution: number,
  fieldWords: FieldWords,
): Promise<string[]> {
  const failures: string[] = [];
  const product = new CompletionEngine(
    withRepairedSpacing(engine),
    (_, __, answer) => ({ text: answer, covers: 0 }),
    systemClock,
    (line) => failures.push(line),
  );
  const column = textBefore.length;
  const { edits } = await product.alternatives(
    {
      uri: 'memory:1',
      language: 'markdown',
      line: 0,
      linePrefix: textBefore,
      lineSuffix: '',
      place: () => ({ prose: true, textBefore, block: 'paragraph', linePrefix: textBefore }),
      placeAfter: () => null,
    },
    {
      ...COMPLETION_DEFAULTS,
      maxTokens: STOP.maxNewTokens,
      timeBudgetMs: Number.MAX_SAFE_INTEGER / 4,
      caution,
      fieldWords,
    },
    new AbortController().signal,
  );
  if (failures.length > 0) throw new Error(failures[0]);
  return edits.map(({ insertText, startColumn }) => insertText.slice(column - startColumn));
}

/** Whether a suggestion begins with the rest of a word, and with no longer one. */
function finishes(rest: string, suggestion: string): boolean {
  return suggestion.startsWith(rest) && !/^[\p{L}\p{N}]/u.test(suggestion.slice(rest.length));
}

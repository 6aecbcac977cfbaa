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
    if (text.startsWith(rest) && !/^[\p{L}\p{N}]/u.test(text.slice(rest.length))) healing.completed++;
    else failed(term, text);
  }
  return healing;
}

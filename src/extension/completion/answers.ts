import { escapeFor, repairSpacing, suffixOverlap } from '../../prose';
import type { Decoder } from '../decoder/decoder';
import type { WriteAnswer } from './completionEngine';

/** Writes an answer by the rules of `src/prose`. */
export const writeAnswer: WriteAnswer = (cursor, place, answer) => {
  const spaced = /\s$/.test(cursor.linePrefix) ? answer.trimStart() : answer;
  const text = escapeFor(cursor.language, place, spaced);
  const covers = closedBy(text, cursor.lineSuffix);
  const after = cursor.lineSuffix.slice(covers);
  // A bracket at the text's end that it opened itself is not the one behind the cursor.
  if (/^[)\]}]/.test(after)) return { text: text.trimEnd(), covers };
  // Words behind the cursor are no reason for silence when the writer asked; the provider has judged that.
  return { text: suffixOverlap(text, after) ?? text, covers };
};

const BRACKETS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * How many of the brackets behind the cursor, closed by the editor as it does, `text` closes itself:
 * `IL-6) rose` before `)` closes one, and is written over it.
 */
function closedBy(text: string, lineSuffix: string): number {
  const closing = /^[)\]}]*/.exec(lineSuffix)![0];
  const open: string[] = [];
  let closed = 0;
  for (const character of text) {
    if (BRACKETS[character]) open.push(BRACKETS[character]);
    else if (character === open[open.length - 1]) open.pop();
    else if (closed < closing.length && open.length === 0 && character === closing[closed]) closed++;
  }
  return closed;
}

/**
 * A decoder whose completions have the spaces repaired that detokenising leaves. Done before an
 * answer is remembered, so that it is compared with what the writer types in the form it was shown.
 */
export function withRepairedSpacing(decoder: Pick<Decoder, 'complete'>): Pick<Decoder, 'complete'> {
  return {
    async complete(params, hooks = {}) {
      const { onProgress } = hooks;
      const result = await decoder.complete(params, {
        ...hooks,
        ...(onProgress && { onProgress: (progress) => onProgress({ ...progress, text: repairSpacing(progress.text) }) }),
      });
      return { ...result, text: repairSpacing(result.text) };
    },
  };
}

import type { FinishReason, StopRules } from '../../protocol/decoder';
import { SPECIAL_IDS } from '../../tokenizer/bioGptTokenizer';
import { endsWord } from '../../tokenizer/endOfWord';
import { lineEnd, repeatedTail, repetition, sentenceEnd, wholeWords, type StopRule } from '../generation/stopRules';
import { inventedFactAt, type FactSource } from './facts';
import type { Insertion } from './insertion';

/** Tokens before the cursor that the sentence and repetition rules look at. */
const LOOK_BACK = 24;

type SymbolOf = (id: number) => string;

/** The rules that end a text behind a prompt. */
export function stopRulesFor(stop: StopRules, promptIds: readonly number[], symbolOf: SymbolOf): StopRule[] {
  const before = lookBack(promptIds);
  const rules: StopRule[] = [];
  if (stop.sentenceEnd) rules.push(sentenceEnd(symbolOf, before.map(symbolOf)));
  if (stop.lineEnd) rules.push(lineEnd(symbolOf));
  if (stop.repetition ?? stop.sentenceEnd) rules.push(repetition(before));
  return rules;
}

/** Ends a text at the word with which a fact is there that neither the text before the cursor nor `source` holds. */
export function inventedFact(
  textBefore: string,
  written: Insertion,
  symbolOf: SymbolOf,
  source?: FactSource,
): StopRule {
  return (generated) => {
    const last = generated[generated.length - 1];
    if (last === undefined || !endsWord(symbolOf(last))) return null;
    return inventedFactAt(textBefore, written(generated), true, source) < 0 ? null : 'fact';
  };
}

/**
 * The tokens that become text: no `</s>`, no repetition, nothing behind a line's end, no word cut off. A begun word is
 * completed all the same: with its letters there, it is no longer the repetition that is in doubt.
 *
 * @param inWord whether the generated tokens begin with a word that is begun at the cursor.
 */
export function keptTokens(
  promptIds: readonly number[],
  generated: readonly number[],
  reason: FinishReason,
  symbolOf: SymbolOf,
  inWord: boolean,
): number[] {
  const ids = generated.filter((id) => id !== SPECIAL_IDS.eos);
  switch (reason) {
    case 'endOfText':
    case 'sentenceEnd':
      return ids;
    case 'lineEnd':
      return ids.slice(0, -1);
    case 'repetition': {
      const repeated = repeatedTail([...lookBack(promptIds), ...ids]);
      const begun = inWord ? ids.findIndex((id) => endsWord(symbolOf(id))) + 1 : 0;
      return wholeWords(ids.slice(0, Math.max(begun, ids.length - repeated)), symbolOf);
    }
    default:
      return wholeWords(ids, symbolOf);
  }
}

/** The prompt's last tokens, its leading `</s>` left out. */
function lookBack(promptIds: readonly number[]): number[] {
  return promptIds.slice(Math.max(1, promptIds.length - LOOK_BACK));
}

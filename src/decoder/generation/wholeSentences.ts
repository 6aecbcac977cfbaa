import type { FinishReason } from '../../protocol/decoder';

/** What rules say of a text as far as it is written. */
export type Verdict =
  | { kind: 'goesOn' }
  /** A sentence is over, and with it all that was written may stand. */
  | { kind: 'rests' }
  /** The sentence that is being written breaks a rule: nothing behind the last rest may stand. */
  | { kind: 'breaks'; reason: FinishReason };

/**
 * A text of whole sentences under rules, as far as it is written. It never changes: hypotheses of a search that begin alike
 * share it, and a token costs what its own sentence does, however long the text is. A text that breaks a rule ends where it
 * last rested; the search goes on with others.
 */
export interface RuledText {
  readonly verdict: Verdict;
  /** The text with one more token, an ending `</s>` too. For texts that break no rule. */
  then(id: number): RuledText;
}

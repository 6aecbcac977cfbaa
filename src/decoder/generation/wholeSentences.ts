import type { FinishReason } from '../../protocol/decoder';

/** What a rule book says of a text as far as it is written. */
export type Verdict =
  | { kind: 'goesOn' }
  /** A sentence is over, and with it all that was written may stand. */
  | { kind: 'rests' }
  /** The sentence that is being written breaks a rule: nothing behind the last rest may stand. */
  | { kind: 'breaks'; reason: FinishReason };

/**
 * Rules for a text of whole sentences. A text that breaks one ends where it last rested; the search goes on with others.
 * @param generated new ids, an ending `</s>` included; all but the last were judged before and broke no rule
 */
export type WholeSentences = (generated: readonly number[]) => Verdict;

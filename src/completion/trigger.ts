import type { ProseScope, ScopeReason } from '../prose/scope';
import type { TextChange } from './documents';

/** Why there is no ghost text; the editor words it for those who have asked. */
export type QuietReason =
  | ScopeReason
  /** There is a selection, or more than one cursor. */
  | 'severalCursors'
  | 'insideWord'
  | 'wordsFollow'
  /** What the last edit was. */
  | 'deleted'
  | 'undone'
  | 'replaced'
  /** Ghost text is written on demand, and this was none. */
  | 'onDemand'
  /** The writer has dismissed it at this place. */
  | 'dismissed'
  /** The model ends the text here, or is not sure enough. */
  | 'nothingToAdd'
  | 'cancelled';

/** What the last change of a document was. */
export type LastEdit = 'typed' | 'deleted' | 'undone' | 'replaced';

/** What, beside the place, decides whether a suggestion may be made. */
export interface TriggerContext {
  /** Asked for by the writer, not by typing. */
  explicit: boolean;
  lastEdit: LastEdit | undefined;
  /** Neither a selection nor a second cursor. */
  oneCursor: boolean;
  lineSuffix: string;
}

/** Why no suggestion should be made now; undefined when one may. */
export function refusal(context: TriggerContext): QuietReason | undefined {
  if (!context.oneCursor) return 'severalCursors';
  if (/^[\p{L}\p{N}\p{M}_]/u.test(context.lineSuffix)) return 'insideWord';
  if (context.explicit) return undefined;
  if (context.lastEdit !== undefined && context.lastEdit !== 'typed') return context.lastEdit;
  // The model does not read what follows; a suggestion before more words would rarely join them.
  if (!/^[\s)\]}>"'’”»*_`$.,;:!?&\\]*$/.test(context.lineSuffix)) return 'wordsFollow';
  return undefined;
}

/** What the editor closes by itself, and what is then typed over it. */
const CLOSING = /^[)\]}>"'`$*_]$/;

/**
 * A replacement that adds a letter at most is `replaced`: an input method at work (VS Code tells extensions nothing
 * of compositions), a corrected word, a selection typed over. A list's item or a suggestion adds more.
 * @param accepted the change is a suggestion's text
 */
export function classifyEdit(
  changes: readonly Pick<TextChange, 'rangeLength' | 'text'>[],
  undoOrRedo: boolean,
  accepted = false,
): LastEdit | undefined {
  if (undoOrRedo) return 'undone';
  if (changes.length === 0) return undefined;
  if (changes.every(({ text, rangeLength }) => text === '' && rangeLength > 0)) return 'deleted';
  const replaced = changes.some(
    ({ text, rangeLength }) => text !== '' && rangeLength > 0 && text.length <= rangeLength + 1 && !CLOSING.test(text),
  );
  return replaced && !accepted ? 'replaced' : 'typed';
}

/**
 * Whether the cursor is in a list's item that holds nothing yet. There Tab indents the item, in many editors and
 * extensions; a suggestion would take the key for itself.
 */
export function isInEmptyItem({ linePrefix }: ProseScope): boolean {
  return /^[\s>]*(?:[-+*]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?$/.test(linePrefix);
}

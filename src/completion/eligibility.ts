/** What the last change of a document was. */
export type LastEdit = 'typed' | 'deleted' | 'undone' | 'replaced';

export interface Moment {
  /** Asked for by the writer, not by typing. */
  explicit: boolean;
  lastEdit: LastEdit | undefined;
  /** Neither a selection nor a second cursor. */
  oneCursor: boolean;
  lineSuffix: string;
}

/** Why no suggestion should be made now; undefined when one may. */
export function refusal(moment: Moment): string | undefined {
  if (!moment.oneCursor) return 'Text is selected, or there is more than one cursor.';
  if (/^[\p{L}\p{N}\p{M}_]/u.test(moment.lineSuffix)) return 'The cursor is inside a word.';
  if (moment.explicit) return undefined;
  if (moment.lastEdit === 'deleted') return 'Text was just deleted.';
  if (moment.lastEdit === 'undone') return 'An edit was just taken back.';
  if (moment.lastEdit === 'replaced') return 'Text was just replaced.';
  // The model does not read what follows; a suggestion before more words would rarely join them.
  if (!/^[\s)\]}>"'’”»*_`$.,;:!?&\\]*$/.test(moment.lineSuffix)) return 'Words follow the cursor.';
  return undefined;
}

/** A change as the editor tells it, as far as it matters here. */
export interface Change {
  /** Length of the replaced text. */
  rangeLength: number;
  text: string;
}

/** What the editor closes by itself, and what is then typed over it. */
const CLOSING = /^[)\]}>"'`$*_]$/;

/**
 * A replacement that adds a letter at most is `replaced`: an input method at work (VS Code tells extensions nothing
 * of compositions), a corrected word, a selection typed over. A list's item or a suggestion adds more.
 * @param accepted the change is a suggestion's text
 */
export function classifyEdit(changes: readonly Change[], undoOrRedo: boolean, accepted = false): LastEdit | undefined {
  if (undoOrRedo) return 'undone';
  if (changes.length === 0) return undefined;
  if (changes.every(({ text, rangeLength }) => text === '' && rangeLength > 0)) return 'deleted';
  const replaced = changes.some(
    ({ text, rangeLength }) => text !== '' && rangeLength > 0 && text.length <= rangeLength + 1 && !CLOSING.test(text),
  );
  return replaced && !accepted ? 'replaced' : 'typed';
}

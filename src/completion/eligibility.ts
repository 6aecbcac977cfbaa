/** What the last change of a document was. */
export type LastEdit = 'typed' | 'deleted' | 'undone';

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

export function classifyEdit(changes: readonly Change[], undoOrRedo: boolean): LastEdit | undefined {
  if (undoOrRedo) return 'undone';
  if (changes.length === 0) return undefined;
  return changes.every((change) => change.text === '' && change.rangeLength > 0) ? 'deleted' : 'typed';
}

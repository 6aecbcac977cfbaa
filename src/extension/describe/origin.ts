/** An edit of a document, in offsets before it. */
export interface OffsetChange {
  rangeOffset: number;
  rangeLength: number;
  text: string;
}

/**
 * Where an offset lies after edits. Text typed exactly there pushes it on; when the text around it
 * is replaced it moves to the end of the replacement.
 */
export function shiftOffset(offset: number, changes: readonly OffsetChange[]): number {
  let shifted = offset;
  for (const { rangeOffset, rangeLength, text } of changes) {
    if (rangeOffset > offset) continue;
    const covered = Math.min(rangeLength, offset - rangeOffset);
    shifted += text.length - covered;
  }
  return shifted;
}

/** Where a description is inserted. */
export interface InsertionPlace {
  /** The cursor's line, up to the cursor and from it. */
  linePrefix: string;
  lineSuffix: string;
}

/**
 * What to write for a description at a place: escaped for the language, set off from the words around
 * it, and without the term where the writer's text already ends in it.
 */
export function descriptionInsertion(
  term: string,
  description: string,
  { linePrefix, lineSuffix }: InsertionPlace,
  escape: (text: string) => string,
): string {
  const written = endsInTerm(linePrefix.trimEnd(), term) && startsWithTerm(description, term);
  const text = (written ? description.slice(term.length) : description).trim();
  const before = linePrefix && !/[\s([{"“'‘]$/.test(linePrefix) && !/^[,;:.)]/.test(text) ? ' ' : '';
  const after = /^[\p{L}\p{N}(]/u.test(lineSuffix) ? ' ' : '';
  return before + escape(text) + after;
}

function endsInTerm(linePrefix: string, term: string): boolean {
  const at = linePrefix.length - term.length;
  return linePrefix.slice(at).toLowerCase() === term.toLowerCase() && !/[\p{L}\p{N}-]/u.test(linePrefix.charAt(at - 1));
}

function startsWithTerm(description: string, term: string): boolean {
  const rest = description.slice(term.length);
  return description.toLowerCase().startsWith(term.toLowerCase()) && /^[^\p{L}\p{N}-]/u.test(rest);
}

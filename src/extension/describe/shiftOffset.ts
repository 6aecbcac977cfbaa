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

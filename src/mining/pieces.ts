import type { Span } from './grounding/names';
import { sentencesOf } from './grounding/sentences';

/**
 * A text in pieces of whole sentences, none longer than `most` UTF-16 units unless a sentence is: a model reads a bounded
 * length at once.
 */
export function piecesOf(text: string, most: number): Span[] {
  const pieces: Span[] = [];
  for (const { start, end } of sentencesOf(text)) {
    const last = pieces.at(-1);
    if (last && end - last.start <= most) last.end = end;
    else pieces.push({ start, end });
  }
  return pieces;
}

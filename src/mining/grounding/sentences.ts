import type { Span } from './names';

/** Ends of a word with a full stop that ends no sentence. */
const ABBREVIATED =
  /(?:^|[\s([])(?:e\.g|i\.e|et al|cf|vs|Fig|Figs|No|Nos|Dr|Prof|St|approx|ca|resp|viz|sp|spp|subsp|var|[A-Z])\.\s*$/;

/** The sentences of a text, white space at their ends left out. */
export function sentencesOf(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const { segment, index } of new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)) {
    const end = index + segment.length;
    if (end < text.length && ABBREVIATED.test(text.slice(start, end)) && !/[\r\n]\s*$/.test(segment)) continue;
    const inner = text.slice(start, end);
    const from = start + inner.length - inner.trimStart().length;
    const to = start + inner.trimEnd().length;
    if (from < to) spans.push({ start: from, end: to });
    start = end;
  }
  return spans;
}

import { sentencesOf } from './grounding/sentences';

const HEADING = /(?:^|[.!?]\s+|\n)(?:authors['’] )?(?:conclusions?|interpretation)(?:\s+and\s+\w+)?\s*[:.]\s*/giu;

/**
 * What an abstract concludes, for models that were trained to read that apart: the part under such a heading, else the
 * last sentence of several.
 */
export function splitConclusion(text: string): { text: string; conclusion: string | undefined } {
  const heading = [...text.matchAll(HEADING)].at(-1);
  if (heading) {
    const before = text.slice(0, heading.index + /^[.!?]?/.exec(heading[0])![0].length).trim();
    const conclusion = text.slice(heading.index + heading[0].length).trim();
    if (before !== '' && conclusion !== '') return { text: before, conclusion };
  }
  const sentences = sentencesOf(text);
  const last = sentences.at(-1);
  if (sentences.length < 2 || !last) return { text, conclusion: undefined };
  return { text: text.slice(0, last.start).trim(), conclusion: text.slice(last.start, last.end) };
}

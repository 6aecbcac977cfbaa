import type { Span } from './names';

/**
 * Words that deny what follows or precedes them, after NegEx (Chapman et al. 2001), without those that concern the
 * patient's history alone.
 */
const CUES =
  /\b(?:no|not|nor|neither|never|without|cannot|none|absence of|lack of|lacks|lacked|fail(?:s|ed)? to|did(?:n't|n’t)|does(?:n't|n’t)|was(?:n't|n’t)|were(?:n't|n’t)|is(?:n't|n’t)|free of|rule[sd]? out|unlikely|no longer|negative for|rather than)\b/giu;
/** Phrases with such a word that deny nothing. */
const HARMLESS = /\b(?:not only|not surprising(?:ly)?|without doubt|no doubt|if not|whether or not)\b/giu;
/** A cue reaches this many words. */
const REACH = 8;

/**
 * Whether a sentence that holds two names may deny their relation: a negation stands between them, or before the first and
 * near it. A hint for a reader, not a verdict.
 * @param between from the first name's start to the second one's end, within the same text
 */
export function seemsNegated(text: string, sentence: Span, between: Span): boolean {
  const said = text.slice(sentence.start, sentence.end);
  const harmless = [...said.matchAll(HARMLESS)].map(({ index, 0: words }) => [index, index + words.length] as const);
  for (const { index, 0: cue } of said.matchAll(CUES)) {
    if (harmless.some(([start, end]) => index >= start && index < end)) continue;
    const at = sentence.start + index;
    if (at >= between.start && at < between.end) return true;
    if (at < between.start) {
      const words = text
        .slice(at + cue.length, between.start)
        .trim()
        .split(/\s+/)
        .filter(Boolean).length;
      if (words <= REACH && !/[;:]|, (?:but|however|although)\b/i.test(text.slice(at, between.start))) return true;
    }
  }
  return false;
}

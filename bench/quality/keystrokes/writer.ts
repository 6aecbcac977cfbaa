import type { Offer, Suggester } from './suggester';

/** How the writer takes an offer: a word at a time, or all of it or nothing. */
export type Acceptance = 'byWord' | 'whole';

/** What is written: `text`, behind `before`. */
export interface Passage {
  before: string;
  text: string;
}

/** What writing passages took. Sums, so that passages can be added up. */
export interface Effort {
  /** Characters of the passages: the keys it takes without help. */
  characters: number;
  words: number;
  /** Keys pressed, an acceptance being one. */
  keys: number;
  /** Suggestions that appeared. */
  shown: number;
  /** Those of which a part was accepted. */
  accepted: number;
  /** Those whose first word was not the one being written (by word), or that were not accepted (whole). */
  wrongShown: number;
  acceptedCharacters: number;
  /** Milliseconds of each suggestion that the model worked for. */
  latenciesMs: number[];
}

export function noEffort(): Effort {
  return {
    characters: 0,
    words: 0,
    keys: 0,
    shown: 0,
    accepted: 0,
    wrongShown: 0,
    acceptedCharacters: 0,
    latenciesMs: [],
  };
}

/**
 * A writer who knows what to write, waits for the answer after every key, and takes what fits: types the
 * passage with the help of `suggester`.
 */
export async function write(suggester: Suggester, { before, text }: Passage, acceptance: Acceptance): Promise<Effort> {
  const effort = noEffort();
  effort.characters = [...text].length;
  effort.words = text.match(/\S+/gu)?.length ?? 0;
  suggester.open(before);

  let at = 0;
  let offer: Offer | null = null;
  /** Whether a part of the suggestion on screen was accepted already. */
  let counted = false;
  while (at < text.length) {
    const part: string = offer === null ? '' : acceptablePart(offer.text, text.slice(at), acceptance);
    const taken: string = part || String.fromCodePoint(text.codePointAt(at)!);
    if (part !== '') {
      if (!counted) effort.accepted++;
      counted = true;
      effort.acceptedCharacters += [...part].length;
    }
    at += taken.length;
    effort.keys++;
    const shown = await suggester.insert(taken, part === '' ? 'typed' : 'accepted');
    offer = shown.offer;
    if (offer !== null && shown.latencyMs !== undefined) effort.latenciesMs.push(shown.latencyMs);
    // What appears behind the last character is neither right nor wrong.
    if (!offer?.fresh || at >= text.length) continue;
    counted = false;
    effort.shown++;
    if (acceptablePart(offer.text, text.slice(at), acceptance) === '') effort.wrongShown++;
  }
  return effort;
}

/**
 * The part of an offer that the writer takes with one key; '' when it isn't what comes next. It has to end
 * where a word ends in the text, or the rest of the word would have to be typed at once.
 */
export function acceptablePart(offer: string, coming: string, acceptance: Acceptance): string {
  const part = acceptance === 'whole' ? offer : (NEXT_WORD.exec(offer)?.[0] ?? '');
  const fits = part.trim() !== '' && coming.startsWith(part) && !splitsWord(coming, part.length);
  return fits ? part : '';
}

/**
 * White space and a word (letters and digits, joined by inner hyphens, apostrophes, points or slashes), or a
 * run of marks.
 */
const NEXT_WORD = /^\s*(?:[\p{L}\p{N}\p{M}_]+(?:[-'’./][\p{L}\p{N}\p{M}_]+)*|[^\s\p{L}\p{N}\p{M}_]+)/u;

function splitsWord(text: string, at: number): boolean {
  return /[\p{L}\p{N}\p{M}_]$/u.test(text.slice(0, at)) && /^[\p{L}\p{N}\p{M}_]/u.test(text.slice(at));
}

import { SPECIAL_IDS, type BioGptTokenizer } from '../../src/tokenizer/bioGptTokenizer';
import { spellingOf } from '../../src/tokenizer/endOfWord';
import type { Scorer } from './scorer';
import type { ProseDocument, SectionKind } from './text/prose';

/** Information in a text under a model. Sums, so that texts can be added up. */
export interface Information {
  bits: number;
  /** Unicode code points of the text as it was written. */
  characters: number;
}

/**
 * What each character hidden by an unknown token costs on top of the token: a choice among the assigned
 * characters of Unicode, so that a vocabulary cannot win by not knowing.
 */
const BITS_PER_UNKNOWN = 17;

/** A text on its own, as an editor would show it: a run of sections of one kind, or one answer. */
export interface Text {
  kind: SectionKind;
  text: string;
}

/** The texts of a document: neighbouring sections of one kind belong together, answers stand alone. */
export function textsOf({ sections }: ProseDocument): Text[] {
  const texts: Text[] = [];
  for (const { kind, paragraphs } of sections) {
    const last = texts.at(-1);
    const text = paragraphs.join(' ');
    if (last && last.kind === kind && kind !== 'answers') last.text += ` ${text}`;
    else texts.push({ kind, text });
  }
  return texts;
}

/**
 * Bits that a text costs, every token given the text before it. A text longer than the model reads is taken in
 * windows: each after the first begins with `</s>` and has half a window of context.
 */
export async function informationIn(text: string, scorer: Scorer): Promise<Information> {
  const ids = scorer.tokenizer.encode(text);
  const { maxPositions } = scorer;
  let nats = 0;
  let done = 1;
  while (done < ids.length) {
    const begin = done === 1 ? 1 : done - Math.floor(maxPositions / 2);
    const end = Math.min(ids.length, begin + maxPositions - 1);
    const window = [SPECIAL_IDS.eos, ...ids.slice(begin, end)];
    for (const value of await scorer.logLikelihoods(window, done - begin)) nats -= value;
    done = end;
  }
  const unknown = ids.includes(SPECIAL_IDS.unk) ? hiddenCharacters(text, ids, scorer.tokenizer) : 0;
  return { bits: nats / Math.LN2 + BITS_PER_UNKNOWN * unknown, characters: length(text) };
}

/** Characters of a text that its tokens do not spell: those of unknown tokens, white space apart. */
function hiddenCharacters(text: string, ids: readonly number[], tokenizer: BioGptTokenizer): number {
  const spelt = ids
    .filter((id) => id !== SPECIAL_IDS.unk && id !== SPECIAL_IDS.eos)
    .map((id) => spellingOf(tokenizer.idToSymbol(id)));
  return length(tokenizer.tokenize(text).join('')) - length(spelt.join(''));
}

function length(text: string): number {
  return [...text].length;
}

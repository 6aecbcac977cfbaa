import type { BioGptTokenizer } from '../../tokenizer/bioGptTokenizer';
import type { IncrementalDecoder } from '../../tokenizer/incrementalDecoder';
import { OPENS, type CursorPrompt } from './cursor';

/** Longest piece of the text that detokenizing looks back at, characters. */
const LOOK_BACK = 1000;

/** Characters that the next word attaches to when they attach to a word before: "mg/", "n=", "pre–". */
const JOINS = /[\p{L}\p{N})\]}][-/=<>*~@_^|&\\‐-―−×±]$/u;
/** After these a word stands apart. */
const CLOSES = /[.,;:!?)\]}%"'”’»]$/u;

/** The text to insert for newly generated ids; '' while they spell nothing that can stand there. */
export type Insertion = (newIds: readonly number[]) => string;

/**
 * What newly generated ids insert at the cursor, spacing towards `textBefore` included. A stream asks with each
 * token: what stands before the cursor is read once.
 *
 * It is what decoding the text's end together with the new ids adds to decoding that end alone, so
 * brackets, hyphens and quotes join as in running text; the text before is never rewritten. The join
 * itself follows the characters really typed, which decoding does not keep.
 *
 * New ids begin with the letters that `prompt` took off the text, if any.
 */
export function insertionAt(
  textBefore: string,
  prompt: Pick<CursorPrompt, 'letters' | 'letterIds'>,
  tokenizer: BioGptTokenizer,
): Insertion {
  const written = prompt.letters === '' ? nextWords(textBefore, tokenizer) : wordEnding(textBefore, prompt, tokenizer);
  return (newIds) => (newIds.length === 0 ? '' : written(newIds));
}

function nextWords(textBefore: string, tokenizer: BioGptTokenizer): Insertion {
  const before = decoderOf(tokenizer.encode(lastParagraph(textBefore)), tokenizer);
  const plain = before.text;
  const joins = textBefore === '' || /\s$/u.test(textBefore) || JOINS.test(textBefore) || OPENS.test(textBefore);
  const closes = CLOSES.test(textBefore);
  return (newIds) => {
    const whole = textBehind(before, newIds);
    const body = whole.startsWith(plain) ? whole.slice(plain.length) : ` ${tokenizer.decode(newIds)}`;
    const text = body.trimStart();
    if (text === '' || joins) return text;
    const apart = body !== text || (closes && /^[\p{L}\p{N}([{]/u.test(text));
    return apart ? ` ${text}` : text;
  };
}

/** What new ids, which begin with `letters`, add behind these letters; '' while they do not spell them. */
function wordEnding(
  textBefore: string,
  { letters, letterIds }: Pick<CursorPrompt, 'letters' | 'letterIds'>,
  tokenizer: BioGptTokenizer,
): Insertion {
  const typed = tokenizer.encode(lastParagraph(textBefore));
  const plain = tokenizer.decode(typed);
  const before = decoderOf(typed.slice(0, typed.length - letterIds), tokenizer);
  const word = unescape(letters);
  return (newIds) => {
    const whole = textBehind(before, newIds);
    if (whole.startsWith(plain)) return whole.slice(plain.length);
    const alone = tokenizer.decode(newIds);
    return alone.startsWith(word) ? alone.slice(word.length) : '';
  };
}

function decoderOf(ids: readonly number[], tokenizer: BioGptTokenizer): IncrementalDecoder {
  const decoder = tokenizer.incrementalDecoder();
  for (const id of ids) decoder.push(id);
  return decoder;
}

function textBehind(before: IncrementalDecoder, newIds: readonly number[]): string {
  const decoder = before.clone();
  for (const id of newIds) decoder.push(id);
  return decoder.text;
}

/** The end of the text that quotes and brackets can reach back to. */
function lastParagraph(text: string): string {
  const breakAt = text.lastIndexOf('\n\n');
  const paragraph = breakAt < 0 ? text : text.slice(breakAt + 2);
  if (paragraph.length <= LOOK_BACK) return paragraph;
  const cut = paragraph.slice(-LOOK_BACK);
  const space = cut.search(/\s/u);
  return space < 0 ? cut : cut.slice(space);
}

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&#124;': '|',
  '&lt;': '<',
  '&gt;': '>',
  '&apos;': "'",
  '&quot;': '"',
  '&#91;': '[',
  '&#93;': ']',
};

function unescape(token: string): string {
  return token.replace(/&(?:amp|#124|lt|gt|apos|quot|#91|#93);/g, (entity) => ENTITIES[entity]!);
}

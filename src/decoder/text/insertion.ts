import type { BioGptTokenizer } from '../../tokenizer';
import { OPENS } from './characters';
import type { CursorPrompt } from './cursor';

/** Longest piece of the text that detokenizing looks back at, characters. */
const LOOK_BACK = 1000;

/** Characters that the next word attaches to when they attach to a word before: "mg/", "n=", "pre–". */
const JOINS = /[\p{L}\p{N})\]}][-/=<>*~@_^|&\\‐-―−×±]$/u;
/** After these a word stands apart. */
const CLOSES = /[.,;:!?)\]}%"'”’»]$/u;

/**
 * The text to insert at the cursor for newly generated ids, spacing towards `textBefore` included.
 *
 * It is what decoding the text's end together with the new ids adds to decoding that end alone, so
 * brackets, hyphens and quotes join as in running text; the text before is never rewritten. The join
 * itself follows the characters really typed, which decoding does not keep.
 *
 * @param newIds begin with the letters that `prompt` took off the text, if any.
 */
export function insertionText(
  textBefore: string, prompt: Pick<CursorPrompt, 'letters' | 'letterIds'>, newIds: readonly number[],
  tokenizer: BioGptTokenizer,
): string {
  if (newIds.length === 0) return '';
  const tail = lastParagraph(textBefore);
  if (prompt.letters !== '') return wordEnding(tail, prompt, newIds, tokenizer);

  const before = tokenizer.encode(tail);
  const plain = tokenizer.decode(before);
  const whole = tokenizer.decode([...before, ...newIds]);
  const body = whole.startsWith(plain) ? whole.slice(plain.length) : ` ${tokenizer.decode(newIds)}`;
  const text = body.trimStart();
  if (text === '') return '';
  if (textBefore === '' || /\s$/u.test(textBefore) || JOINS.test(textBefore) || OPENS.test(textBefore)) return text;
  const apart = body !== text || (CLOSES.test(textBefore) && /^[\p{L}\p{N}([{]/u.test(text));
  return apart ? ` ${text}` : text;
}

/** What `newIds`, which begin with `letters`, add behind these letters; '' while they do not spell them. */
function wordEnding(
  tail: string, { letters, letterIds }: Pick<CursorPrompt, 'letters' | 'letterIds'>, newIds: readonly number[],
  tokenizer: BioGptTokenizer,
): string {
  const typed = tokenizer.encode(tail);
  const plain = tokenizer.decode(typed);
  const whole = tokenizer.decode([...typed.slice(0, typed.length - letterIds), ...newIds]);
  if (whole.startsWith(plain)) return whole.slice(plain.length);
  const alone = tokenizer.decode(newIds);
  const word = unescape(letters);
  return alone.startsWith(word) ? alone.slice(word.length) : '';
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
  '&amp;': '&', '&#124;': '|', '&lt;': '<', '&gt;': '>', '&apos;': "'", '&quot;': '"', '&#91;': '[', '&#93;': ']',
};

function unescape(token: string): string {
  return token.replace(/&(?:amp|#124|lt|gt|apos|quot|#91|#93);/g, (entity) => ENTITIES[entity]!);
}

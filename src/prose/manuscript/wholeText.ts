import { ProseDocument } from '../proseDocument';
import type { ProseLanguage } from '../scope';

/** Of the raw text that is read at a time, UTF-16 units: a few milliseconds. */
const STEP = 16_000;

/**
 * What a model would read of a whole file: its prose without markup, a part at a time, so that others may have a turn in
 * between. Parts may overlap by some sentences.
 */
export function* wholeText(language: ProseLanguage, text: string): Generator<string> {
  const end = language === 'latex' ? documentEnd(text) : text.length;
  const document = new ProseDocument(language, text.slice(0, end));
  let last = '';
  for (let at = Math.min(STEP, end); ; at = Math.min(at + STEP, end)) {
    const part = proseBefore(document, at);
    if (part !== last) yield part;
    last = part;
    if (at === end) return;
  }
}

/** The prose that ends near an offset: a place in code or math is none, the next line may be one. */
function proseBefore(document: ProseDocument, offset: number): string {
  for (const at of [offset, offset - 200, offset - 1_000, offset - 4_000]) {
    const scope = document.scopeAt(Math.max(0, at), { maxChars: STEP });
    if (scope.prose) return scope.textBefore;
  }
  return '';
}

function documentEnd(text: string): number {
  const end = text.indexOf('\\end{document}');
  return end < 0 ? text.length : end;
}

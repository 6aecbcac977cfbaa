import { ProseDocument } from '../proseDocument';
import type { ProseLanguage } from '../scope';

/** Of the raw text that is read at a time, UTF-16 units: a few milliseconds. */
const STEP = 4_000;
/** What is read at a place reaches back over the place before, or something between them could be left out. */
const REACH = 2 * STEP;
/** So much of the end of a part tells where it ends in the next one, characters. */
const SEAM = 80;

/**
 * What a model would read of a whole file: its prose without markup, a part at a time, so that others may have a turn in
 * between; together they are the text. Some sentences may be in it twice.
 *
 * @param definedElsewhere see `ProseDocument.defineElsewhere`
 */
export function* wholeText(language: ProseLanguage, text: string, definedElsewhere = ''): Generator<string> {
  const end = language === 'latex' ? documentEnd(text) : text.length;
  // Behind the end a paragraph begins: a file may end in markup, where no prose is.
  const document = new ProseDocument(language, `${text.slice(0, end)}\n\n`);
  document.defineElsewhere(definedElsewhere);
  const last = document.length;
  let before = '';
  for (let at = Math.min(STEP, last); ; at = Math.min(at + STEP, last)) {
    const part = proseBefore(document, at);
    const more = behind(before, part).trimEnd();
    if (more !== '') yield more;
    if (part !== '') before = part;
    if (at === last) return;
  }
}

/** What a part has behind the end of the one before; all of it, on a line of its own, where that isn't found. */
function behind(before: string, part: string): string {
  const seam = before.slice(-SEAM).trimEnd();
  const at = seam.length < SEAM / 2 ? -1 : part.indexOf(seam);
  if (at >= 0) return part.slice(at + seam.length);
  return before === '' || part.trim() === '' ? part.trimStart() : `\n${part}`;
}

/** The prose that ends near an offset: a place in code or math is none, the next line may be one. */
function proseBefore(document: ProseDocument, offset: number): string {
  for (const at of [offset, offset - 50, offset - 200, offset - 1_000, offset - 4_000]) {
    const scope = document.scopeAt(Math.max(0, at), { maxChars: REACH });
    if (scope.prose) return scope.textBefore;
  }
  return '';
}

function documentEnd(text: string): number {
  const end = text.indexOf('\\end{document}');
  return end < 0 ? text.length : end;
}

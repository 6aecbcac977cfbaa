import type { ProseLanguage } from './scope';

/** A stretch of a document that is read as one text; UTF-16 offsets. */
export interface Passage {
  from: number;
  to: number;
  kind: 'abstract' | 'paragraph';
}

const LATEX_ABSTRACT = /\\begin\{abstract\*?\}(?:\[[^\]]*\])?([\s\S]*?)\\end\{abstract\*?\}/g;
const MARKDOWN_HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/gm;
const ABSTRACT_TITLE = /^(?:\d+\.?\s+)?(?:abstract|summary)\b/i;

/** The abstracts that a document sets off: LaTeX's environments, Markdown's sections of that name. */
export function abstractsOf(language: ProseLanguage, text: string): Passage[] {
  if (language === 'latex') {
    return [...text.matchAll(LATEX_ABSTRACT)].map((match) => {
      const to = match.index + match[0].lastIndexOf('\\end{');
      return { from: to - match[1]!.length, to, kind: 'abstract' };
    });
  }
  if (language !== 'markdown') return [];
  const headings = [...text.matchAll(MARKDOWN_HEADING)];
  return headings.flatMap((heading, i) => {
    if (!ABSTRACT_TITLE.test(heading[2]!)) return [];
    const end = headings.slice(i + 1).find((next) => next[1]!.length <= heading[1]!.length);
    return [{ from: heading.index + heading[0].length, to: end?.index ?? text.length, kind: 'abstract' as const }];
  });
}

/** Lines that are no part of the paragraph next to them. */
const STANDS_ALONE: Readonly<Record<ProseLanguage, RegExp>> = {
  latex:
    /^\s*$|^\s*\\(?:(?:part|chapter|(?:sub)*section|(?:sub)?paragraph)\*?\s*[[{]|(?:begin|end)\s*\{|maketitle\b|par\s*$)/,
  markdown: /^\s*$|^ {0,3}#{1,6}(?:\s|$)|^ {0,3}(?:`{3,}|~{3,}|:{3,})/,
  plaintext: /^\s*$/,
};

/** The abstract that holds an offset, else the paragraph; undefined on a line between paragraphs. */
export function passageAt(language: ProseLanguage, text: string, offset: number): Passage | undefined {
  const abstract = abstractsOf(language, text).find(({ from, to }) => from <= offset && offset <= to);
  return abstract ?? paragraphAt(language, text, offset);
}

function paragraphAt(language: ProseLanguage, text: string, offset: number): Passage | undefined {
  const alone = (from: number, to: number): boolean => STANDS_ALONE[language].test(text.slice(from, to));
  const lineEnd = (at: number): number => {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  };
  let from = text.lastIndexOf('\n', offset - 1) + 1;
  let to = lineEnd(offset);
  if (alone(from, to)) return undefined;
  while (from > 0) {
    const start = text.lastIndexOf('\n', from - 2) + 1;
    if (alone(start, from - 1)) break;
    from = start;
  }
  while (to < text.length) {
    const end = lineEnd(to + 1);
    if (alone(to + 1, end)) break;
    to = end;
  }
  return { from, to, kind: 'paragraph' };
}

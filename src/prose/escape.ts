import type { BlockKind, ProseLanguage } from './scope';

/** Where generated text goes; a `ProseScope` is one. */
export interface EscapeContext {
  block: BlockKind;
  /** The raw text of the line before the cursor. */
  linePrefix: string;
}

/**
 * What the model wrote, made safe to insert: it renders as itself and opens no markup. Greek, ° and
 * ± stay Unicode. Line breaks become spaces.
 */
export function escapeFor(language: ProseLanguage, context: EscapeContext, text: string): string {
  const line = text.replace(/[\t\r\n\f\v]+/g, ' ');
  return language === 'latex' ? escapeLatex(context, line) : escapeMarkdown(context, line);
}

const LATEX: Record<string, string> = {
  '%': '\\%',
  '&': '\\&',
  _: '\\_',
  '#': '\\#',
  $: '\\$',
  '{': '\\{',
  '}': '\\}',
  '\\': '\\textbackslash{}',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '$<$',
  '>': '$>$',
};

function escapeLatex(context: EscapeContext, text: string): string {
  const backslash = endsInBackslash(context.linePrefix);
  return text.replace(/[%&_#${}\\^~<>]/g, (char, at: number) =>
    // The writer typed the backslash already.
    at === 0 && backslash && '%&_#${}'.includes(char) ? char : LATEX[char]!,
  );
}

/** Text that would be markup at the start of a Markdown block: headings, list marks, quotes, fences, rules. */
const BLOCK_START = /^(\s*)(?:(#{1,6}(?=\s|$)|[-+*](?=\s|$)|[-=]{2,}\s*$|>|:{3,}|~{3,}|\+{3})|(\d{1,9})([.)])(?=\s|$))/;

function escapeMarkdown(context: EscapeContext, text: string): string {
  const before = context.linePrefix;
  let escaped = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    const left = i > 0 ? text[i - 1]! : before.slice(-1);
    const right = text[i + 1] ?? '';
    const taken = i === 0 && endsInBackslash(before);
    escaped += !taken && needsBackslash(char, left, right, text.slice(i), context) ? `\\${char}` : char;
  }
  const atStart = /^[\s>]*(?:(?:[-+*]|\d{1,9}[.)])\s+)*(?:\[[ xX]\]\s+)?$/.test(before);
  if (!atStart) return escaped;
  return escaped.replace(BLOCK_START, (match, space: string, mark?: string, number?: string, dot?: string) =>
    mark !== undefined ? `${space}\\${mark}` : number !== undefined ? `${space}${number}\\${dot!}` : match,
  );
}

function needsBackslash(char: string, left: string, right: string, rest: string, context: EscapeContext): boolean {
  const flanked = !isSpace(left) || !isSpace(right);
  switch (char) {
    case '\\':
      return /[!-/:-@[-`{-~]/.test(right);
    case '`':
    case '$':
      return true;
    case '[':
      // `[18F]FDG` is text; links, footnotes and citations are not.
      return /^\[(?:[\^@]|[^\]]*\][([:])/.test(rest);
    case ']':
      return /[([]/.test(right);
    case '*':
      return flanked;
    case '_':
      // Inside a word an underscore is text.
      return !(isWord(left) && isWord(right)) && flanked;
    case '~':
      return flanked;
    case '^':
      return flanked;
    case '<':
      return /[a-zA-Z/!?]/.test(right);
    case '&':
      return /^&(?:[a-zA-Z][a-zA-Z0-9]*|#\d+|#[xX][0-9a-fA-F]+);/.test(rest);
    case '@':
      return !isWord(left) && isWord(right);
    case '|':
      return context.block === 'tableCell';
    case '{':
      return /[#.%]/.test(right);
    default:
      return false;
  }
}

function endsInBackslash(text: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\$/.test(text);
}

function isSpace(char: string): boolean {
  return char === '' || /\s/.test(char);
}

function isWord(char: string): boolean {
  return /[\p{L}\p{N}]/u.test(char);
}

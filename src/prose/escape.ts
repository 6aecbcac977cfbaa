import type { BlockKind, ProseLanguage, WritingStyle } from './scope';
import { inStyle } from './styledText';

/** Where generated text goes; a `ProseScope` is one. */
export interface EscapeContext {
  block: BlockKind;
  /** The raw text of the line before the cursor. */
  linePrefix: string;
  /** The character behind the cursor. */
  following?: string;
  /** A bracket would end the Markdown link whose text goes on behind the cursor. */
  inLink?: boolean;
  /** How the document writes; without it, Greek letters, dashes and quotes stay as they are. */
  style?: WritingStyle;
}

/**
 * What the model wrote, made safe to insert: it renders as itself, opens no markup, and is spelt as
 * the document spells. Line breaks become spaces.
 */
export function escapeFor(language: ProseLanguage, context: EscapeContext, text: string): string {
  const line = text.replace(/[\t\r\n\f\v]+/g, ' ');
  const escaped = ESCAPES[language](context, line);
  return context.style === undefined ? escaped : inStyle(language, context.style, context.linePrefix, escaped);
}

const ESCAPES: Readonly<Record<ProseLanguage, (context: EscapeContext, text: string) => string>> = {
  markdown: escapeMarkdown,
  latex: escapeLatex,
  plaintext: (_, text) => text,
};

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
  const inBracket = /\\[a-zA-Z]+\*?\[[^\]]*$/.test(context.linePrefix);
  const escaped = text.replace(/[%&_#${}\\^~<>]/g, (char, at: number) =>
    // The writer typed the backslash already.
    at === 0 && backslash && '%&_#${}'.includes(char) ? char : LATEX[char]!,
  );
  if (inBracket) return escaped.replace(/[[\]]/g, '{$&}');
  // Behind a command or a line break a bracket would be its argument.
  return /\\(?:\\\*?|[a-zA-Z]+\*?)\s*$/.test(context.linePrefix) ? escaped.replace(/^(\s*)\[/, '$1{[}') : escaped;
}

/** Text that would be markup at the start of a Markdown block: headings, list marks, quotes, fences, rules. */
const BLOCK_START =
  /^(\s*)(?:(#{1,6}(?=\s|$)|[-+*](?=\s|$)|[-=]{2,}\s*$|>|%|:(?=\s)|:{3,}|~{3,}|\+{3})|(\d{1,9})([.)])(?=\s|$))/;

function escapeMarkdown(context: EscapeContext, written: string): string {
  const before = context.linePrefix;
  // A backslash does not keep a backtick from ending code begun before; models mean a quote or a prime.
  const text = written.replace(/`/g, "'");
  let escaped = '';
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    const left = i > 0 ? text[i - 1]! : before.slice(-1);
    const right = text[i + 1] ?? context.following ?? '';
    const taken = i === 0 && endsInBackslash(before);
    const escapes =
      needsBackslash(char, left, right, text.slice(i), context) || (i === 0 && continuesBrackets(before, text));
    escaped += !taken && escapes ? `\\${char}` : char;
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
    case '$':
      return true;
    case '[':
      // `[18F]FDG` is text; links, footnotes and citations are not.
      return context.inLink === true || /^\[(?:[\^@]|[^\]]*(?:$|\][([:]))/.test(rest);
    case '!':
      // An image would begin.
      return right === '[';
    case ']':
      return context.inLink === true || /[([]/.test(right);
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
    case '%':
      // Two of them begin a comment of Obsidian's.
      return left === '%' || right === '%';
    case '|':
      return context.block === 'tableCell';
    case '{':
      return /[#.%{+=>-]/.test(right);
    case '+':
    case '=':
      return /^(?:\+\+|==)\}/.test(rest);
    default:
      return false;
  }
}

/** Whether text right behind brackets would be their link's label or address, or make them a link's definition. */
function continuesBrackets(before: string, text: string): boolean {
  return (
    before.endsWith(']') && (/^\[|^\([^)]*\)/.test(text) || (text.startsWith(':') && /^\s*\[[^\]]*\]$/.test(before)))
  );
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

import { DEFAULT_MAX_CHARS, type ContextOptions } from './context';
import { LatexScopes } from './latex/latexScopes';
import { MarkdownScopes } from './markdown/markdownScopes';
import { PlainScopes } from './plain/plainScopes';
import type { ProseLanguage, Scope } from './scope';
import { SourceText } from './sourceText';

/** One change of a document: `[from, to)` of the old text replaced by `insert`; UTF-16 offsets. */
export interface ProseEdit {
  from: number;
  to: number;
  insert: string;
}

const SCOPES = { markdown: MarkdownScopes, latex: LatexScopes, plaintext: PlainScopes };

/**
 * A document whose scopes are asked for at each keystroke. Edits keep what is known of the rest of
 * the text, so a question costs the neighbourhood of the edit and of the cursor; answers are those
 * of `scopeAt` on the same text.
 */
export class ProseDocument {
  private readonly content: SourceText;
  private readonly scopes: LatexScopes | MarkdownScopes | PlainScopes;

  constructor(
    readonly language: ProseLanguage,
    text: string,
  ) {
    this.content = new SourceText(normalizeLineEnds(text));
    this.scopes = new SCOPES[language]();
  }

  /** UTF-16 units. */
  get length(): number {
    return this.content.length;
  }

  /** Offsets out of range are clamped. Several edits of one change: last in the document first, as VS Code sends them. */
  edit(edit: ProseEdit): void {
    const from = clamp(edit.from, this.content.length);
    const to = Math.max(from, clamp(edit.to, this.content.length));
    const insert = normalizeLineEnds(edit.insert);
    this.scopes.edit(this.content, from, to, insert.length);
    this.content.replace(from, to, insert);
  }

  /** Takes a new text whole; what it shares with the old one at both ends is kept. */
  setText(text: string): void {
    const next = normalizeLineEnds(text);
    const old = this.content.slice(0, this.content.length);
    const limit = Math.min(old.length, next.length);
    let from = 0;
    while (from < limit && old.charCodeAt(from) === next.charCodeAt(from)) from++;
    let tail = 0;
    while (tail < limit - from && old.charCodeAt(old.length - 1 - tail) === next.charCodeAt(next.length - 1 - tail))
      tail++;
    if (from === old.length && from === next.length) return;
    this.edit({ from, to: old.length - tail, insert: next.slice(from, next.length - tail) });
  }

  /**
   * Takes what other files of the same manuscript define, for LaTeX: the text of a main document's head and of files that
   * it reads before this one (`\input{macros}`), joined. Where that is the same as before, nothing is done.
   */
  defineElsewhere(heads: string): void {
    if (this.scopes instanceof LatexScopes) this.scopes.defineElsewhere(heads);
  }

  /** The scope at a UTF-16 offset (clamped). Never throws. */
  scopeAt(offset: number, options: ContextOptions = {}): Scope {
    const maxChars = Math.max(200, options.maxChars ?? DEFAULT_MAX_CHARS);
    return this.scopes.scopeAt(this.content, clamp(offset, this.content.length), maxChars);
  }
}

/** Where prose is, without a document kept: the same answer as `ProseDocument`, at the price of a whole scan. */
export function scopeAt(language: ProseLanguage, text: string, offset: number, options: ContextOptions = {}): Scope {
  return new ProseDocument(language, text).scopeAt(offset, options);
}

/** Carriage returns become spaces: lines end in `\n` alone, and every offset stays. */
function normalizeLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r/g, ' ') : text;
}

function clamp(offset: number, length: number): number {
  if (Number.isNaN(offset)) return length;
  return Math.min(Math.max(0, Math.trunc(offset)), length);
}

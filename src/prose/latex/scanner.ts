/**
 * A scanner of LaTeX's surface: groups, arguments, environments, math, comments. It is written by
 * hand because no parser fits one keystroke in a book: a PEG parser needs seconds per 100 kB, the
 * Lezer grammars some 40 ms per edit of 1 MB, and half-written input makes others throw. This one
 * starts at any line with the frames open there, looks no further than the next line, recovers at
 * paragraph ends as TeX does ("Paragraph ended before …"), and takes any string.
 */
import type { BlockKind, ScopeReason } from '../scope';
import {
  ACCENTS,
  commandSpec,
  environmentSpec,
  isInlineList,
  SYMBOLS,
  type CommandSpec,
  type Signature,
} from './commands';
import { greekLetter } from '../math';

/** An open construct; the stack of them is a linked list, immutable and shared between checkpoints. */
export interface Frame {
  readonly parent: Frame | null;
  readonly kind: 'environment' | 'group' | 'brace' | 'bracket' | 'math' | 'verbatim' | 'preamble' | 'after';
  /** Environment or command name; the opening delimiter of math; what ends verbatim text. */
  readonly name: string;
  readonly mode: 'prose' | 'math' | 'quiet';
  /** Why it is silent. */
  readonly reason: ScopeReason;
  /** Of an argument: its letter and what follows it in the signature. */
  readonly role: string;
  readonly rest: Signature;
  readonly block: BlockKind | null;
  /** Of an argument: its command; follows from `name` and so need not be compared. */
  readonly command: ArgumentsOf | null;
}

/** What a command's or environment's arguments have in common. */
type ArgumentsOf = Pick<CommandSpec, 'reason' | 'block' | 'structural' | 'frontMatter'>;

/** Of every environment's arguments. */
const OF_ENVIRONMENT: ArgumentsOf = { reason: 'commandArgument', structural: true };
const OF_TITLED: ArgumentsOf = { ...OF_ENVIRONMENT, block: 'heading' };
const OF_DEFINITION: ArgumentsOf = { reason: 'commandArgument', structural: true };

/** Receives what a reader of the typeset text would read. */
export interface LatexSink {
  /** Text as TeX reads it (ligatures not yet applied), from raw offset `at`. */
  text(text: string, at: number): void;
  /** A finished character or word that no ligature applies to. */
  literal(text: string, at: number): void;
  enter(frame: Frame, at: number): void;
  leave(frame: Frame, at: number): void;
  paragraph(at: number): void;
  cell(at: number): void;
  item(at: number): void;
}

/** The last token that cannot be divided by a cursor. */
export interface Token {
  from: number;
  to: number;
  reason: ScopeReason;
  /** A cursor right behind it still belongs to it: a control word may go on, a comment does. */
  open: boolean;
}

/** Where a scanner stands: enough to go on from there. */
export interface ScannerState {
  pos: number;
  top: Frame | null;
  token: Token;
  structuralEnd: number;
  swallowAt: number;
  /** Of the open frames, as far as they are known. */
  starts: readonly (readonly [Frame, number])[];
}

const SPECIAL = /[\\{}$%~&\n\]]/g;
const CONTROL_WORD = /\\([a-zA-Z@]+)\*?/y;
const BEGIN_END = /\\(begin|end)[ \t]*\{([^{}\n\\%]*)(\}?)/y;
const DEFINITION = /\\[egx]?def[ \t]*\\[a-zA-Z@]+[^{\n%]*/y;
const ALIAS = /\\let[ \t]*\\[a-zA-Z@]+[ \t]*=?[ \t]*(?:\\[a-zA-Z@]+|\S)/y;
/** A command as an argument, without braces: `\newcommand\x{…}`, `\setlength\parindent{…}`. */
const BARE_COMMAND = /[ \t]*\\[a-zA-Z@]+/y;
const VERB = /\\(?:verb\*?|lstinline(?:\[[^\]\n]*\])?|mintinline(?:\[[^\]\n]*\])?\{[^}\n]*\})([^a-zA-Z\s*{[])/y;
/** Code within braces, closed on its line. */
const BRACED_CODE =
  /\\(?:lstinline(?:\[[^\]\n]*\])?|mintinline(?:\[[^\]\n]*\])?\{[^}\n]*\})\{((?:[^{}\n]|\{[^{}\n]*\})*)\}/y;
const ACCENT =
  /\\(?:(['`^"~=.])|([uvHcdbrk])(?![a-zA-Z]))[ \t]*(?:\{[ \t]*(\\?[a-zA-Z]?)[ \t]*\}|(\\[ij](?![a-zA-Z])|[a-zA-Z]))/y;
const QUANTITY =
  /\\(SI|qty|num|si|unit|SIrange|qtyrange|numrange|SIlist|qtylist|numlist|ang|ce)\*?[ \t]*(?:\[[^\]\n]*\])?\{((?:[^{}\n]|\{[^{}\n]*\})*)\}(?:\{([^{}\n]*)\})?(?:\{([^{}\n]*)\})?/y;
const LINE_BREAK = /\\\\\*?(?:\[[-+\d. a-z\\]*\])?/y;
const SECTIONING = /^(?:part|chapter|section|subsection|subsubsection)$/;
/** Beamer's overlay: `\item<1->`. */
const OVERLAY = /<[-+\d,.|() ]+>/y;
/** A chunk of Sweave or knitr begins. */
const CHUNK = /<<[^\n]*>>=[ \t]*(?=\n)/y;
const BLANK_REST = /[ \t]*(?:\n|$)/y;
const BLANKS = /[ \t]*/y;
const ARGUMENTS_OF_QUANTITY: Record<string, number> = {
  SI: 2,
  qty: 2,
  SIlist: 2,
  qtylist: 2,
  numrange: 2,
  SIrange: 3,
  qtyrange: 3,
};

function matchAt(pattern: RegExp, text: string, pos: number): RegExpExecArray | null {
  pattern.lastIndex = pos;
  return pattern.exec(text);
}

/** What ends a chunk. */
const CHUNK_END = '\n@';

export class LatexScanner {
  /** The last indivisible token met. */
  token: Token = { from: -1, to: -1, reason: 'command', open: false };
  /** Where a structural command and its arguments ended; -1 before the first. */
  structuralEnd = -1;
  /** Raw offsets where the frames opened by this scanner begin; older frames have none. */
  private readonly starts = new Map<Frame, number>();
  /** Where a control word that stands for a character ended: TeX drops the spaces behind it. */
  private swallowAt = -1;
  private until = 0;

  constructor(
    private readonly text: string,
    public pos: number,
    public top: Frame | null,
    private readonly sink: LatexSink | null = null,
  ) {}

  save(): ScannerState {
    const { pos, top, token, structuralEnd, swallowAt } = this;
    const starts: [Frame, number][] = [];
    for (let frame = top; frame !== null; frame = frame.parent) {
      const start = this.starts.get(frame);
      if (start !== undefined) starts.push([frame, start]);
    }
    return { pos, top, token, structuralEnd, swallowAt, starts };
  }

  restore(state: ScannerState): void {
    this.pos = state.pos;
    this.top = state.top;
    this.token = state.token;
    this.structuralEnd = state.structuralEnd;
    this.swallowAt = state.swallowAt;
    this.starts.clear();
    for (const [frame, start] of state.starts) this.starts.set(frame, start);
  }

  /** Where `frame`'s content begins; undefined if it was open before this scanner started. */
  startOf(frame: Frame): number | undefined {
    return this.starts.get(frame);
  }

  /**
   * Scans until `pos` reaches `until` (a token may lead beyond) or `atLineStart` answers true.
   */
  run(until: number, atLineStart?: (pos: number) => boolean): void {
    const { text } = this;
    this.until = until;
    while (this.pos < until) {
      const top = this.top;
      if (top?.kind === 'after' || top?.kind === 'verbatim') {
        const end = top.kind === 'after' ? -1 : text.indexOf(top.name, this.pos);
        if (this.skipTo(end < 0 ? until : end, atLineStart)) return;
        if (this.pos >= until) return;
        if (top.name === '\\fi' || top.name === CHUNK_END) {
          this.pop(top);
          this.pos = end + top.name.length;
          continue;
        }
      }
      SPECIAL.lastIndex = this.pos;
      const match = SPECIAL.exec(text);
      const at = match === null ? text.length : match.index;
      if (at > this.pos) {
        const end = Math.min(at, until);
        this.emit(this.pos, end);
        this.pos = end;
        continue;
      }
      switch (match![0]) {
        case '\\':
          this.control();
          break;
        case '{':
          this.push({ kind: 'group', name: '' });
          this.pos++;
          break;
        case '}':
          this.closeBrace();
          break;
        case ']':
          if (top?.kind === 'bracket') {
            this.pos++;
            this.close(top);
          } else {
            this.emit(at, ++this.pos);
          }
          break;
        case '$':
          this.dollar();
          break;
        case '%':
          this.comment();
          break;
        case '~':
          if (this.mode() === 'prose') this.sink?.literal(' ', at);
          this.pos++;
          break;
        case '&':
          if (this.mode() === 'prose') {
            if (this.inTable()) this.sink?.cell(at);
            else this.sink?.literal('&', at);
          }
          this.pos++;
          break;
        default:
          this.newline();
          if (atLineStart?.(this.pos) === true) return;
      }
    }
  }

  /** Leaves text unread up to `end` or `until`, whichever comes first; true where `atLineStart` says so. */
  private skipTo(end: number, atLineStart?: (pos: number) => boolean): boolean {
    const to = Math.min(end, this.until);
    while (atLineStart !== undefined) {
      const line = this.text.indexOf('\n', this.pos);
      if (line < 0 || line >= to) break;
      this.pos = line + 1;
      if (atLineStart(this.pos)) return true;
    }
    this.pos = Math.max(this.pos, to);
    return false;
  }

  mode(): Frame['mode'] {
    return this.top?.mode ?? 'prose';
  }

  /** Whether what stands here is read. */
  private readable(): boolean {
    return this.mode() === 'prose' || this.top?.role === 'k';
  }

  private emit(from: number, to: number): void {
    if (this.sink === null || !this.readable()) return;
    const text = this.text.slice(from, to);
    // A space right before the cursor is kept: the writer expects the next word behind it.
    if (from !== this.swallowAt || (to === this.until && text.trim() === '')) this.sink.text(text, from);
    else this.sink.text(text.replace(/^[ \t]+/, ''), from);
  }

  private push(frame: Partial<Frame> & Pick<Frame, 'kind' | 'name'>, content = this.pos + 1): void {
    const parent = this.top;
    const pushed: Frame = {
      parent,
      kind: frame.kind,
      name: frame.name,
      mode: frame.mode ?? parent?.mode ?? 'prose',
      reason: frame.reason ?? parent?.reason ?? 'commandArgument',
      role: frame.role ?? (frame.kind === 'group' && parent?.role === 'k' ? 'k' : ''),
      rest: frame.rest ?? '',
      block: frame.block ?? null,
      command: frame.command ?? null,
    };
    this.top = pushed;
    this.starts.set(pushed, content);
    this.sink?.enter(pushed, content);
  }

  /** Closes `frame` and everything opened within it. */
  private pop(frame: Frame): void {
    while (this.top !== null) {
      const top: Frame = this.top;
      this.top = top.parent;
      this.sink?.leave(top, this.pos);
      if (top === frame) return;
    }
  }

  /** Closes an argument and opens the next one of its command. */
  private close(frame: Frame): void {
    this.pop(frame);
    if (frame.command === null) return;
    if (frame.command.structural === true) this.structuralEnd = this.pos;
    this.openArgument(frame.name, frame.rest, frame.command);
  }

  /** Looks for the next argument of a signature, on the same line. */
  private openArgument(name: string, signature: Signature, command: ArgumentsOf): void {
    if (signature === '') return;
    const gap = matchAt(BLANKS, this.text, this.pos)![0].length;
    const opener = this.text[this.pos + gap];
    for (let i = 0; i < signature.length; i++) {
      const role = signature[i]!;
      const bracket = role === 'o' || role === 'O';
      if (opener !== (bracket ? '[' : '{') || (role === 'u' && gap > 0)) {
        if (bracket) continue;
        return;
      }
      if (bracket && !this.closesOnLine(this.pos + gap) && (gap > 0 || role === 'O' || signature.includes('u'))) return;
      const rest = role === 'u' ? 'u' : signature.slice(i + 1);
      const content = this.pos + gap + 1;
      this.push(
        {
          kind: bracket ? 'bracket' : 'brace',
          name,
          mode: this.argumentMode(role, command.frontMatter === true),
          reason: this.argumentReason(role, command.reason),
          role,
          rest,
          block: role === 'a' || role === 'b' ? (command.block ?? null) : null,
          command,
        },
        content,
      );
      this.pos = content;
      return;
    }
  }

  private closesOnLine(bracket: number): boolean {
    const end = this.text.indexOf(']', bracket);
    if (end < 0) return false;
    const line = this.text.indexOf('\n', bracket);
    return line < 0 || end < line;
  }

  private argumentMode(role: string, frontMatter: boolean): Frame['mode'] {
    if (frontMatter && role === 'b' && this.top?.kind === 'preamble') return 'prose';
    const around = this.mode();
    if (around !== 'prose') return around;
    if (role === 'm') return 'math';
    return 'pbaOu'.includes(role) ? 'prose' : 'quiet';
  }

  private argumentReason(role: string, reason: ScopeReason): ScopeReason {
    if (this.mode() !== 'prose' && this.top !== null) return this.top.reason;
    return role === 'm' ? 'math' : reason;
  }

  private control(): void {
    const { text, pos } = this;
    if (pos + 1 >= text.length) {
      this.take(pos + 1, 'command', true);
      return;
    }
    const name = matchAt(CONTROL_WORD, text, pos)?.[1];
    if (name === undefined) {
      this.controlSymbol(text[pos + 1]!);
      return;
    }
    if (name === 'begin' || name === 'end') {
      const match = matchAt(BEGIN_END, text, pos);
      if (match === null) this.take(pos + name.length + 1, 'command', true);
      else if (match[3] === '') this.take(pos + match[0].length, 'commandArgument', true);
      else if (name === 'begin') this.begin(match[2]!.trim(), match[0].length);
      else this.end(match[2]!.trim(), match[0].length);
      return;
    }
    this.controlWord(name);
  }

  private take(end: number, reason: ScopeReason, open: boolean): void {
    this.token = { from: this.pos, to: end, reason, open };
    this.pos = end;
  }

  private controlSymbol(symbol: string): void {
    const { text, pos } = this;
    const accent = matchAt(ACCENT, text, pos);
    if (accent !== null) {
      this.accent(accent);
      return;
    }
    const end = pos + 2;
    if (symbol === '(' || symbol === '[') {
      this.take(end, 'command', false);
      if (this.mode() === 'prose') this.push({ kind: 'math', name: symbol, mode: 'math', reason: 'math' }, end);
      return;
    }
    if (symbol === ')' || symbol === ']') {
      this.take(end, 'command', false);
      this.closeMath(symbol === ')' ? '(' : '[');
      return;
    }
    if (symbol === '\\') {
      this.take(pos + matchAt(LINE_BREAK, text, pos)![0].length, 'command', false);
      if (this.mode() === 'prose') {
        if (this.inTable()) this.sink?.cell(pos);
        else this.sink?.literal(' ', pos);
      }
      return;
    }
    if (symbol === '\n') {
      this.pos = pos + 1;
      return;
    }
    this.take(end, 'command', false);
    if (!this.readable()) return;
    if ('%&_#${}'.includes(symbol)) this.sink?.literal(symbol, pos);
    else if (' ,;:>'.includes(symbol)) this.sink?.literal(' ', pos);
  }

  private accent(match: RegExpExecArray): void {
    const at = this.pos;
    this.take(at + match[0].length, 'command', false);
    const combining = ACCENTS.get(match[1] ?? match[2] ?? '') ?? '';
    const letter = (match[3] ?? match[4] ?? '').replace('\\', '');
    if (!this.readable()) return;
    if (letter !== '') this.sink?.literal((letter + combining).normalize('NFC'), at);
    else if (match[1] === '~') this.sink?.literal('~', at);
  }

  private controlWord(name: string): void {
    const { text, pos } = this;
    const wordEnd = pos + matchAt(CONTROL_WORD, text, pos)![0].length;
    if (name.length === 1) {
      const accent = matchAt(ACCENT, text, pos);
      if (accent !== null) {
        this.accent(accent);
        return;
      }
    }
    if (name === 'verb' || name === 'lstinline' || name === 'mintinline') {
      const match = matchAt(VERB, text, pos);
      if (match !== null) {
        this.verb(match);
        return;
      }
      const braced = matchAt(BRACED_CODE, text, pos);
      if (braced !== null) {
        this.take(pos + braced[0].length, 'verbatim', false);
        if (this.readable()) this.sink?.literal(braced[1]!, pos);
        return;
      }
    }
    if (name === 'iffalse') {
      this.take(wordEnd, 'command', true);
      this.push({ kind: 'verbatim', name: '\\fi', mode: 'quiet', reason: 'comment' }, wordEnd);
      return;
    }
    if (/^[egx]?def$/.test(name)) {
      const match = matchAt(DEFINITION, text, pos);
      this.take(match === null ? wordEnd : pos + match[0].length, 'commandArgument', true);
      this.openArgument(name, 'Q', OF_DEFINITION);
      return;
    }
    if (name === 'let') {
      const match = matchAt(ALIAS, text, pos);
      this.take(match === null ? wordEnd : pos + match[0].length, 'command', true);
      return;
    }
    if (this.readable()) {
      const quantity = matchAt(QUANTITY, text, pos);
      if (quantity !== null) {
        const args = ARGUMENTS_OF_QUANTITY[quantity[1]!] ?? 1;
        if (quantity.slice(2, 2 + args).every((arg) => arg !== undefined)) {
          this.quantity(quantity, args);
          return;
        }
      }
      const symbol = SYMBOLS.get(name) ?? greekLetter(name);
      if (symbol !== undefined) {
        this.sink?.literal(symbol, pos);
        this.take(wordEnd, 'command', true);
        if (text.startsWith('{}', wordEnd)) this.pos += 2;
        else this.swallowAt = wordEnd;
        return;
      }
    }
    const spec = commandSpec(name);
    if (name === 'documentclass' && this.top === null) {
      this.push({ kind: 'preamble', name, mode: 'quiet', reason: 'preamble' }, pos);
    }
    if (SECTIONING.test(name)) this.recoverAtHeading();
    if (name === 'item') {
      if (this.inInlineList()) this.sink?.literal(' ', pos);
      else this.sink?.item(pos);
    }
    if (name === 'hspace' && this.mode() === 'prose') this.sink?.literal(' ', pos);
    this.take(wordEnd, 'command', true);
    const overlay = matchAt(OVERLAY, text, wordEnd);
    if (overlay !== null) this.take(wordEnd + overlay[0].length, 'commandArgument', false);
    if (spec.structural === true) this.structuralEnd = wordEnd;
    const bare = spec.structural === true && spec.args.startsWith('q') ? matchAt(BARE_COMMAND, text, this.pos) : null;
    if (bare !== null) {
      this.take(this.pos + bare[0].length, 'commandArgument', true);
      this.structuralEnd = this.pos;
    }
    this.openArgument(name, bare === null ? spec.args : spec.args.slice(1), spec);
  }

  private verb(match: RegExpExecArray): void {
    const from = this.pos + match[0].length;
    const line = this.text.indexOf('\n', from);
    const lineEnd = line < 0 ? this.text.length : line;
    const end = this.text.indexOf(match[1]!, from);
    const closed = end >= 0 && end < lineEnd;
    const at = this.pos;
    this.take(closed ? end + 1 : lineEnd, 'verbatim', !closed);
    if (closed && this.readable()) this.sink?.literal(this.text.slice(from, end), at);
  }

  private quantity(match: RegExpExecArray, args: number): void {
    const at = this.pos;
    let length = match[0].length;
    for (const more of match.slice(2 + args)) if (more !== undefined) length -= more.length + 2;
    this.take(at + length, 'commandArgument', false);
    this.sink?.literal(quantityText(match[1]!, match.slice(2, 2 + args)), at);
  }

  private begin(name: string, length: number): void {
    const at = this.pos;
    this.take(at + length, 'commandArgument', false);
    this.structuralEnd = this.pos;
    if (name === 'document') {
      if (this.top !== null) this.pop(bottom(this.top));
      this.push({ kind: 'environment', name, mode: 'prose', reason: 'preamble' }, this.pos);
      return;
    }
    const spec = environmentSpec(name);
    const around = this.mode();
    const inherited =
      spec.mode === 'inherit' || spec.mode === 'verbatim' || (around !== 'prose' && spec.mode !== 'prose');
    const mode = spec.mode === 'verbatim' ? 'quiet' : inherited ? around : (spec.mode as Frame['mode']);
    const reason = around !== 'prose' && this.top !== null && spec.mode !== 'verbatim' ? this.top.reason : spec.reason;
    if (around === 'prose') {
      // A displayed equation is part of its sentence.
      if (mode === 'math' || isInlineList(name)) this.sink?.literal(' ', at);
      else this.sink?.paragraph(at);
    }
    if (spec.mode === 'verbatim') {
      this.push({ kind: 'verbatim', name: `\\end{${name}}`, mode: 'quiet', reason }, this.pos);
      return;
    }
    this.push({ kind: 'environment', name, mode, reason, block: spec.block ?? null }, this.pos);
    const overlay = matchAt(OVERLAY, this.text, this.pos);
    if (overlay !== null) this.take(this.pos + overlay[0].length, 'commandArgument', false);
    this.openArgument(name, spec.args, spec.args.includes('b') ? OF_TITLED : OF_ENVIRONMENT);
  }

  private end(name: string, length: number): void {
    let frame = this.top;
    const verbatim = `\\end{${name}}`;
    while (
      frame !== null &&
      !(frame.kind === 'environment' && frame.name === name) &&
      !(frame.kind === 'verbatim' && frame.name === verbatim)
    ) {
      frame = frame.parent;
    }
    this.take(this.pos + length, 'commandArgument', false);
    this.structuralEnd = this.pos;
    if (name === 'document') {
      if (this.top !== null) this.pop(bottom(this.top));
      this.push({ kind: 'after', name, mode: 'quiet', reason: 'afterDocument' }, this.pos);
      return;
    }
    if (frame === null) return;
    this.pop(frame);
    if (this.mode() !== 'prose') return;
    if (frame.mode === 'math' || isInlineList(name)) this.sink?.literal(' ', this.pos);
    else this.sink?.paragraph(this.pos);
  }

  private closeBrace(): void {
    this.pos++;
    let frame = this.top;
    while (frame !== null && frame.kind !== 'environment' && frame.kind !== 'preamble') {
      if (frame.kind === 'group') {
        this.pop(frame);
        return;
      }
      if (frame.kind === 'brace') {
        this.close(frame);
        return;
      }
      frame = frame.parent;
    }
  }

  private dollar(): void {
    const at = this.pos;
    const double = this.text[at + 1] === '$';
    const open = this.openMath('$') ?? this.openMath('$$');
    if (open !== null) {
      this.take(at + (open.name === '$$' && double ? 2 : 1), 'math', false);
      this.pop(open);
      return;
    }
    this.take(at + (double ? 2 : 1), 'math', false);
    if (this.mode() === 'prose') {
      this.push({ kind: 'math', name: double ? '$$' : '$', mode: 'math', reason: 'math' }, this.pos);
    }
  }

  /** The math, within the innermost environment, that a delimiter would close. */
  private openMath(name: string): Frame | null {
    for (let frame = this.top; frame !== null && frame.kind !== 'environment'; frame = frame.parent) {
      if (frame.kind === 'math' && frame.name === name) return frame;
    }
    return null;
  }

  private closeMath(name: string): void {
    const frame = this.openMath(name);
    if (frame !== null) this.pop(frame);
  }

  private comment(): void {
    if (this.top?.role === 'q' && this.top.reason === 'url') {
      this.pos++;
      return;
    }
    const line = this.text.indexOf('\n', this.pos);
    this.take(line < 0 ? this.text.length : line, 'comment', true);
  }

  private newline(): void {
    const at = this.pos++;
    const chunk = this.mode() === 'prose' ? matchAt(CHUNK, this.text, this.pos) : null;
    if (chunk !== null) {
      this.sink?.literal(' ', at);
      this.take(this.pos + chunk[0].length, 'codeBlock', true);
      this.push({ kind: 'verbatim', name: CHUNK_END, mode: 'quiet', reason: 'codeBlock' }, this.pos);
      return;
    }
    const blank = matchAt(BLANK_REST, this.text, this.pos);
    if (blank !== null && this.pos < this.text.length) {
      this.recoverAtParagraph();
      if (this.mode() !== 'prose') return;
      // A blank line that the cursor stands on, right below text, may be about to continue it.
      if (BLANK_REST.lastIndex > this.until) this.emit(at, at + 1);
      else this.sink?.paragraph(at);
    } else if (!(this.token.reason === 'comment' && this.token.to === at)) {
      this.emit(at, at + 1);
    }
  }

  /** As TeX does, a paragraph's end closes inline math and short arguments left open. */
  private recoverAtParagraph(): void {
    let lowest: Frame | null = null;
    for (let frame = this.top; frame !== null && frame.kind !== 'environment'; frame = frame.parent) {
      if (frame.kind === 'math' || frame.kind === 'bracket' || 'qkmu'.includes(frame.role || '-')) lowest = frame;
    }
    if (lowest !== null) this.pop(lowest);
  }

  /** A heading stands neither in math nor in a definition: whatever is open there was never closed. */
  private recoverAtHeading(): void {
    const line = this.text.lastIndexOf('\n', this.pos - 1) + 1;
    if (this.text.slice(line, this.pos).trim() !== '') return;
    let lowest: Frame | null = null;
    for (let frame = this.top; frame !== null && frame.kind !== 'preamble'; frame = frame.parent) {
      if (frame.mode !== 'prose') lowest = frame;
    }
    if (lowest !== null) this.pop(lowest);
  }

  private inTable(): boolean {
    return this.environment()?.block === 'tableCell';
  }

  private inInlineList(): boolean {
    const environment = this.environment();
    return environment !== null && isInlineList(environment.name);
  }

  /** The innermost one. */
  private environment(): Frame | null {
    let frame = this.top;
    while (frame !== null && frame.kind !== 'environment') frame = frame.parent;
    return frame;
  }
}

function bottom(frame: Frame): Frame {
  let at = frame;
  while (at.parent !== null) at = at.parent;
  return at;
}

const UNIT_PREFIXES: Record<string, string> = {
  femto: 'f',
  pico: 'p',
  nano: 'n',
  micro: 'μ',
  mu: 'μ',
  milli: 'm',
  centi: 'c',
  deci: 'd',
  hecto: 'h',
  kilo: 'k',
  mega: 'M',
  giga: 'G',
};
const UNITS: Record<string, string> = {
  gram: 'g',
  gramme: 'g',
  metre: 'm',
  meter: 'm',
  litre: 'L',
  liter: 'L',
  mole: 'mol',
  molar: 'M',
  second: 's',
  minute: 'min',
  hour: 'h',
  day: 'd',
  kelvin: 'K',
  celsius: '°C',
  degreeCelsius: '°C',
  degree: '°',
  percent: '%',
  ampere: 'A',
  volt: 'V',
  watt: 'W',
  joule: 'J',
  newton: 'N',
  pascal: 'Pa',
  hertz: 'Hz',
  dalton: 'Da',
  becquerel: 'Bq',
  gray: 'Gy',
  sievert: 'Sv',
  ohm: 'Ω',
  mg: 'mg',
  kg: 'kg',
  ug: 'μg',
  ng: 'ng',
  ml: 'mL',
  mL: 'mL',
  ul: 'μL',
  uL: 'μL',
  mm: 'mm',
  cm: 'cm',
  um: 'μm',
  nm: 'nm',
  mM: 'mM',
  uM: 'μM',
  nM: 'nM',
  kDa: 'kDa',
  mmHg: 'mmHg',
  bar: 'bar',
};

/** The printed form of a siunitx quantity or an mhchem formula. */
function quantityText(command: string, args: readonly string[]): string {
  if (command === 'ce') return args[0]!.replace(/[{}^_$]/g, '').replace(/->/g, '→');
  const number = (text: string): string =>
    text
      .replace(/\+-|\s*\\pm(?![a-zA-Z])\s*/g, ' ± ')
      .replace(/[eE](-?\d+)/, ' × 10^$1')
      .trim();
  switch (command) {
    case 'num':
      return number(args[0]!);
    case 'ang':
      return `${args[0]!.replace(/;+$/, '')}°`;
    case 'si':
    case 'unit':
      return unitText(args[0]!);
    case 'numrange':
      return `${number(args[0]!)} to ${number(args[1]!)}`;
    case 'numlist':
      return listed(args[0]!.split(';').map(number));
    case 'SIlist':
    case 'qtylist':
      return `${listed(args[0]!.split(';').map(number))} ${unitText(args[1]!)}`;
    case 'SI':
    case 'qty': {
      const unit = unitText(args[1]!);
      return `${number(args[0]!)}${unit === '%' || unit === '' || unit === '°' ? '' : ' '}${unit}`;
    }
    default:
      return `${number(args[0]!)} to ${number(args[1]!)} ${unitText(args[2]!)}`;
  }
}

/** `1, 2 and 5`. */
function listed(numbers: readonly string[]): string {
  return numbers.length < 2
    ? numbers.join('')
    : `${numbers.slice(0, -1).join(', ')} and ${numbers[numbers.length - 1]!}`;
}

function unitText(unit: string): string {
  let per = false;
  const text = unit.replace(/\\([a-zA-Z]+|%)\s*/g, (_, name: string) => {
    if (name === '%') return '%';
    if (name === 'per') {
      per = true;
      return '/';
    }
    if (name === 'squared' || name === 'square') return '2';
    if (name === 'cubed' || name === 'cubic') return '3';
    if (Object.hasOwn(UNIT_PREFIXES, name)) return UNIT_PREFIXES[name]!;
    if (Object.hasOwn(UNITS, name)) return UNITS[name]!;
    const prefix = Object.keys(UNIT_PREFIXES).find(
      (key) => name.startsWith(key) && Object.hasOwn(UNITS, name.slice(key.length)),
    );
    return prefix === undefined ? name : UNIT_PREFIXES[prefix]! + UNITS[name.slice(prefix.length)]!;
  });
  return (per ? text.replace(/\s+/g, '') : text)
    .replace(/[{}~]/g, '')
    .replace(/[.](?=\S)/g, ' ')
    .trim();
}

/**
 * A scanner of LaTeX's surface: groups, arguments, environments, math, comments. It is written by
 * hand because no parser fits one keystroke in a book: a PEG parser needs seconds per 100 kB, the
 * Lezer grammars some 40 ms per edit of 1 MB, and half-written input makes others throw. This one
 * starts at any line with the frames open there, looks no further than the next line, recovers at
 * paragraph ends as TeX does ("Paragraph ended before …"), and takes any string.
 */
import { greekLetter } from '../math';
import type { ScopeReason } from '../scope';
import {
  ACCENTS,
  commandSpec,
  isInlineList,
  knownEnvironment,
  MATH_ENVIRONMENT,
  namesMath,
  PLAIN_ENVIRONMENT,
  showsMath,
  SYMBOLS,
  type EnvironmentSpec,
  type Signature,
} from './commands';
import { NO_DEFINITIONS, type Definitions, type Macro } from './definitions';
import { FrameStack, type ArgumentsOf, type Frame, type FrameSink } from './frames';
import { breakBetween, dividesNoDelimiter, isBetweenTokens, LONG_LINE } from './division';
import { argumentsAt } from './macros';
import { nextArgument } from './signatures';
import { verbatimAt, verbatimBetween, type Verbatim } from './verbatim';
import { quantityAt } from '../quantities';
import {
  ACCENT,
  ALIAS,
  BARE_COMMAND,
  BEGIN_END,
  BLANK_REST,
  BEGUN_WITHIN,
  CHUNK,
  CHUNK_END,
  CLOSES_ON_LINE,
  CONTROL_WORD,
  DEFINITION,
  EMPTY_GROUP,
  LINE_BREAK,
  LOOKBEHIND,
  OVERLAY,
  SECTIONING,
  matchAt,
  MULTICITE_NOTES,
  type Token,
} from './tokens';

/** Of every environment's arguments. */
const OF_ENVIRONMENT: ArgumentsOf = { reason: 'commandArgument', structural: true };
const OF_TITLED: ArgumentsOf = { ...OF_ENVIRONMENT, block: 'heading' };
const OF_DEFINITION: ArgumentsOf = { reason: 'commandArgument', structural: true };

/** Receives what a reader of the typeset text would read. */
export interface LatexSink extends FrameSink {
  /** Text as TeX reads it (ligatures not yet applied), from raw offset `at`. */
  text(text: string, at: number): void;
  /** A finished character or word that no ligature applies to. */
  literal(text: string, at: number): void;
  paragraph(at: number): void;
  cell(at: number): void;
  item(at: number): void;
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

export class LatexScanner {
  /** The last indivisible token met. */
  token: Token = { from: -1, to: -1, reason: 'command', open: false };
  /** Where a structural command and its arguments ended; -1 before the first. */
  structuralEnd = -1;
  private readonly stack: FrameStack;
  /** Where a control word that stands for a character ended: TeX drops the spaces behind it. */
  private swallowAt = -1;
  private until = 0;
  /** Where a scan could start last, among the places that `run` has told of. */
  private lastStart = 0;

  constructor(
    private readonly text: string,
    public pos: number,
    top: Frame | null,
    private readonly sink: LatexSink | null = null,
    private readonly definitions: Definitions = NO_DEFINITIONS,
  ) {
    this.stack = new FrameStack(top, sink);
  }

  save(): ScannerState {
    const { pos, top, token, structuralEnd, swallowAt } = this;
    return { pos, top, token, structuralEnd, swallowAt, starts: this.stack.save() };
  }

  restore(state: ScannerState): void {
    this.pos = state.pos;
    this.token = state.token;
    this.structuralEnd = state.structuralEnd;
    this.swallowAt = state.swallowAt;
    this.stack.restore(state.top, state.starts);
  }

  /** The innermost open frame. */
  get top(): Frame | null {
    return this.stack.top;
  }

  /** Where `frame`'s content begins; undefined if it was open before this scanner started. */
  startOf(frame: Frame): number | undefined {
    return this.stack.startOf(frame);
  }

  /**
   * Scans until `pos` reaches `until` (a token may lead beyond) or `atStart` answers true, which is asked where a scan
   * could start anew: at the starts of lines, and in long lines at places between tokens.
   */
  run(until: number, atStart?: (pos: number) => boolean): void {
    const { text } = this;
    const { special, shortVerbs } = this.definitions;
    this.until = until;
    while (this.pos < until) {
      if (atStart !== undefined && this.pos - this.lastStart > LONG_LINE && isBetweenTokens(text, this.pos)) {
        this.lastStart = this.pos;
        if (atStart(this.pos)) return;
      }
      const top = this.top;
      if (top?.kind === 'after' || top?.kind === 'verbatim') {
        const end = top.kind === 'after' ? -1 : text.indexOf(top.name, this.pos);
        if (this.skipTo(end < 0 ? until : end, atStart)) return;
        if (this.pos >= until) return;
        if (top.name === '\\fi' || top.name === CHUNK_END) {
          this.stack.pop(top, this.pos);
          this.pos = end + top.name.length;
          continue;
        }
      }
      special.lastIndex = this.pos;
      const match = special.exec(text);
      const at = match === null ? text.length : match.index;
      if (at > this.pos) {
        const end = Math.min(at, until, atStart === undefined ? Infinity : this.breakWithin(at));
        this.emit(this.pos, end);
        this.pos = end;
        continue;
      }
      if (shortVerbs.includes(match![0])) {
        this.shortVerb();
        continue;
      }
      switch (match![0]) {
        case '\\':
          this.control();
          break;
        case '{':
          this.stack.push({ kind: 'group', name: '' }, this.pos + 1);
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
          if (this.stack.mode === 'prose') this.sink?.literal(' ', at);
          this.pos++;
          break;
        case '&':
          if (this.stack.mode === 'prose') {
            if (this.stack.inTable) this.sink?.cell(at);
            else this.sink?.literal('&', at);
          }
          this.pos++;
          break;
        default:
          this.newline();
          this.lastStart = this.pos;
          if (atStart?.(this.pos) === true) return;
      }
    }
  }

  /** Where plain text up to `at` can be divided, if the line is long; else `at`. */
  private breakWithin(at: number): number {
    const from = Math.max(this.pos + 1, this.lastStart + LONG_LINE + 1);
    return breakBetween(this.text, from, at);
  }

  /** Leaves text unread up to `end` or `until`, whichever comes first; true where `atStart` says so. */
  private skipTo(end: number, atStart?: (pos: number) => boolean): boolean {
    const to = Math.min(end, this.until);
    while (atStart !== undefined) {
      const line = this.text.indexOf('\n', this.pos);
      const stop = line < 0 || line >= to ? to : line + 1;
      const inLine = this.breakWithin(stop);
      const next = inLine < stop && !dividesNoDelimiter(this.text, inLine) ? stop : inLine;
      if (next >= to) break;
      this.pos = next;
      this.lastStart = next;
      if (atStart(this.pos)) return true;
    }
    this.pos = Math.max(this.pos, to);
    return false;
  }

  private emit(from: number, to: number): void {
    if (this.sink === null || !this.stack.readable) return;
    const text = this.text.slice(from, to);
    // A space right before the cursor is kept: the writer expects the next word behind it.
    if (from !== this.swallowAt || (to === this.until && text.trim() === '')) this.sink.text(text, from);
    else this.sink.text(text.replace(/^[ \t]+/, ''), from);
  }

  /** Closes an argument and opens the next one of its command. */
  private close(frame: Frame): void {
    this.stack.pop(frame, this.pos);
    if (frame.command === null) return;
    if (frame.command.structural === true) this.structuralEnd = this.pos;
    this.openArgument(frame.name, frame.rest, frame.command);
  }

  /** Opens the next argument of a signature, if there is one here. */
  private openArgument(name: string, signature: Signature, command: ArgumentsOf): void {
    const next = nextArgument(this.text, this.pos, name, signature);
    if (next === null) return;
    const { role, bracket, content, rest } = next;
    this.stack.push(
      {
        kind: bracket ? 'bracket' : 'brace',
        name,
        mode: this.stack.argumentMode(role, command),
        reason: this.stack.argumentReason(role, command.reason),
        role,
        rest,
        block: role === 'a' || role === 'b' ? (command.block ?? null) : null,
        command,
      },
      content,
    );
    this.pos = content;
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
      if (match === null || this.stack.inStored) this.take(pos + name.length + 1, 'command', true);
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
      if (this.stack.mode === 'prose')
        this.stack.push({ kind: 'math', name: symbol, mode: 'math', reason: 'math' }, end);
      return;
    }
    if (symbol === ')' || symbol === ']') {
      this.take(end, 'command', false);
      this.closeMath(symbol === ')' ? '(' : '[');
      return;
    }
    if (symbol === '\\') {
      this.take(pos + matchAt(LINE_BREAK, text, pos)![0].length, 'command', false);
      if (this.stack.mode === 'prose') {
        // Within braces it ends a line, not a row.
        if (this.stack.inTable && this.top?.kind === 'environment') this.sink?.cell(pos);
        else this.sink?.literal(' ', pos);
      }
      return;
    }
    if (symbol === '\n') {
      this.pos = pos + 1;
      return;
    }
    this.take(end, 'command', false);
    if (!this.stack.readable) return;
    if ('%&_#${}'.includes(symbol)) this.sink?.literal(symbol, pos);
    else if (' ,;:>'.includes(symbol)) this.sink?.literal(' ', pos);
  }

  private accent(match: RegExpExecArray): void {
    const at = this.pos;
    this.take(at + match[0].length, 'command', false);
    const combining = ACCENTS.get(match[1] ?? match[2] ?? '') ?? '';
    const letter = (match[3] ?? match[4] ?? '').replace('\\', '');
    if (!this.stack.readable) return;
    if (letter !== '') this.sink?.literal((letter + combining).normalize('NFC'), at);
    else if (match[1] === '~') this.sink?.literal('~', at);
  }

  private controlWord(name: string): void {
    const { text, pos } = this;
    const wordEnd = pos + matchAt(CONTROL_WORD, text, pos)![0].length;
    const macro = this.definitions.macros.get(name);
    const spec = macro?.spec ?? commandSpec(name);
    if (macro !== undefined && this.useMacro(macro, wordEnd)) return;
    if (name.length === 1) {
      const accent = matchAt(ACCENT, text, pos);
      if (accent !== null) {
        this.accent(accent);
        return;
      }
    }
    const own = this.definitions.verbatim;
    const verbatim = verbatimAt(text, pos, { name, wordEnd, own, url: spec.reason === 'url' });
    if (verbatim !== null) {
      this.takeVerbatim(verbatim);
      return;
    }
    if (name === 'iffalse') {
      this.take(wordEnd, 'command', true);
      this.stack.push({ kind: 'verbatim', name: '\\fi', mode: 'quiet', reason: 'comment' }, wordEnd);
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
    if (this.stack.readable) {
      const quantity = quantityAt(text, pos, this.definitions.expand);
      if (quantity !== null) {
        this.take(pos + quantity.length, 'commandArgument', false);
        this.sink?.literal(quantity.text, pos);
        return;
      }
      const symbol = macro === undefined ? (SYMBOLS.get(name) ?? greekLetter(name)) : undefined;
      if (symbol !== undefined) {
        this.sink?.literal(symbol, pos);
        this.take(wordEnd, 'command', true);
        if (text.startsWith('{}', wordEnd)) this.pos += 2;
        else this.swallowAt = wordEnd;
        return;
      }
    }
    if (name === 'documentclass' && this.top === null) {
      this.stack.push({ kind: 'preamble', name, mode: 'quiet', reason: 'preamble' }, pos);
    }
    if (SECTIONING.test(name) && this.atLineStart()) this.stack.recoverAtHeading(pos);
    if (name === 'item') {
      if (this.stack.inInlineList) this.sink?.literal(' ', pos);
      else this.sink?.item(pos);
    }
    if (name === 'hspace' && this.stack.mode === 'prose') this.sink?.literal(' ', pos);
    this.take(wordEnd, 'command', true);
    const overlay = matchAt(OVERLAY, text, wordEnd);
    if (overlay !== null) this.take(wordEnd + overlay[0].length, 'commandArgument', false);
    const notes = spec.args.endsWith('+') ? matchAt(MULTICITE_NOTES, text, wordEnd) : null;
    if (notes !== null) this.take(wordEnd + notes[0].length, 'citation', !notes[0].endsWith(')'));
    if (spec.structural === true) this.structuralEnd = wordEnd;
    const bare = spec.structural === true && spec.args.startsWith('q') ? matchAt(BARE_COMMAND, text, this.pos) : null;
    if (bare !== null) {
      this.take(this.pos + bare[0].length, 'commandArgument', true);
      this.structuralEnd = this.pos;
    }
    this.openArgument(name, bare === null ? spec.args : spec.args.slice(1), spec);
  }

  /** Whether nothing but blanks stands before the current position on its line. */
  private atLineStart(): boolean {
    return /(?:^|\n)[ \t]*$/.test(this.text.slice(Math.max(0, this.pos - LOOKBEHIND), this.pos));
  }

  private takeVerbatim({ end, reason, open, literal, aside }: Verbatim): void {
    const at = this.pos;
    this.take(end, reason, open);
    if (aside) this.structuralEnd = end;
    if (literal !== null && this.stack.readable) this.sink?.literal(literal, at);
  }

  /** Verbatim text between two of a character that the document has chosen. */
  private shortVerb(): void {
    const at = this.pos;
    if (this.stack.mode !== 'prose' || this.stack.inStored) {
      this.emit(at, ++this.pos);
      return;
    }
    this.takeVerbatim(verbatimBetween(this.text, this.text[at]!, at + 1));
  }

  /**
   * A command of the document's own: what it begins, ends or reads as. False where it is to be scanned as others are,
   * by what its arguments hold: the cursor may be in one of them.
   */
  private useMacro(macro: Macro, wordEnd: number): boolean {
    const at = this.pos;
    if (macro.begins.length + macro.ends.length > 0) {
      if (this.stack.inStored) return false;
      this.take(wordEnd, 'command', true);
      this.structuralEnd = wordEnd;
      for (const name of macro.ends) this.leaveEnvironment(name);
      macro.begins.forEach((name, i) => {
        const last = i === macro.begins.length - 1;
        this.enterEnvironment(name, at, last ? macro.spec.args.replace(/[^oO]/g, 'q').replace(/O/g, 'o') : '');
      });
      return true;
    }
    if (!this.stack.readable) return false;
    const args = argumentsAt(this.text, wordEnd, macro.params);
    if (args === null || args.end > this.until) return false;
    const text = macro.text(args.texts);
    if (text === null) return false;
    this.take(args.end, macro.params.length === 0 ? 'command' : 'commandArgument', args.end === wordEnd);
    this.sink?.literal(text, at);
    if (args.end === wordEnd) this.pos += matchAt(EMPTY_GROUP, this.text, wordEnd)?.[0].length ?? 0;
    return true;
  }

  private begin(name: string, length: number): void {
    const at = this.pos;
    this.take(at + length, 'commandArgument', false);
    this.structuralEnd = this.pos;
    if (name === 'document') {
      this.stack.clear(this.pos);
      this.stack.push({ kind: 'environment', name, mode: 'prose', reason: 'preamble' }, this.pos);
      return;
    }
    this.enterEnvironment(name, at);
  }

  /** @param given the signature of the arguments that follow, where it is not the environment's own. */
  private enterEnvironment(name: string, at: number, given?: Signature): void {
    const around = this.stack.mode;
    const spec = this.definitions.environments.get(name) ?? knownEnvironment(name) ?? this.unknownEnvironment(name);
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
      // It cannot be an argument (LaTeX2e reference manual, 8.28): the brace that ends one right behind it shows that.
      if (this.stack.openBrace() !== null && matchAt(CLOSES_ON_LINE, this.text, this.pos) !== null) return;
      this.stack.push({ kind: 'verbatim', name: `\\end{${name}}`, mode: 'quiet', reason }, this.pos);
      return;
    }
    this.stack.push({ kind: 'environment', name, mode, reason, block: spec.block ?? null }, this.pos);
    const overlay = matchAt(OVERLAY, this.text, this.pos);
    if (overlay !== null) this.take(this.pos + overlay[0].length, 'commandArgument', false);
    this.openArgument(name, given ?? spec.args, spec.args.includes('b') ? OF_TITLED : OF_ENVIRONMENT);
  }

  /** TeX has no `_` and no `^` outside of math ("Missing $ inserted"): an environment that begins with one is math. */
  private unknownEnvironment(name: string): EnvironmentSpec {
    if (this.stack.mode !== 'prose') return PLAIN_ENVIRONMENT;
    const line = this.text.indexOf('\n', this.pos);
    const next = line < 0 ? -1 : this.text.indexOf('\n', line + 1);
    const begun = this.text.slice(this.pos, next < 0 ? this.text.length : next).slice(0, BEGUN_WITHIN);
    return namesMath(name) || showsMath(begun) ? MATH_ENVIRONMENT : PLAIN_ENVIRONMENT;
  }

  private end(name: string, length: number): void {
    this.take(this.pos + length, 'commandArgument', false);
    this.structuralEnd = this.pos;
    if (name === 'document') {
      this.stack.clear(this.pos);
      this.stack.push({ kind: 'after', name, mode: 'quiet', reason: 'afterDocument' }, this.pos);
      return;
    }
    this.leaveEnvironment(name);
  }

  private leaveEnvironment(name: string): void {
    const frame = this.stack.openEnvironment(name);
    if (frame === null) return;
    this.stack.pop(frame, this.pos);
    if (this.stack.mode !== 'prose') return;
    if (frame.mode === 'math' || isInlineList(name)) this.sink?.literal(' ', this.pos);
    else this.sink?.paragraph(this.pos);
  }

  private closeBrace(): void {
    this.pos++;
    const frame = this.stack.openBrace();
    if (frame === null) return;
    if (frame.kind === 'group') this.stack.pop(frame, this.pos);
    else this.close(frame);
  }

  private dollar(): void {
    const at = this.pos;
    const double = this.text[at + 1] === '$';
    const open = this.stack.openMath('$') ?? this.stack.openMath('$$');
    if (open !== null) {
      this.take(at + (open.name === '$$' && double ? 2 : 1), 'math', false);
      this.stack.pop(open, this.pos);
      return;
    }
    this.take(at + (double ? 2 : 1), 'math', false);
    if (this.stack.mode === 'prose') {
      this.stack.push({ kind: 'math', name: double ? '$$' : '$', mode: 'math', reason: 'math' }, this.pos);
    }
  }

  private closeMath(name: string): void {
    const frame = this.stack.openMath(name);
    if (frame !== null) this.stack.pop(frame, this.pos);
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
    const chunk = this.stack.mode === 'prose' ? matchAt(CHUNK, this.text, this.pos) : null;
    if (chunk !== null) {
      this.sink?.literal(' ', at);
      this.take(this.pos + chunk[0].length, 'codeBlock', true);
      this.stack.push({ kind: 'verbatim', name: CHUNK_END, mode: 'quiet', reason: 'codeBlock' }, this.pos);
      return;
    }
    const blank = matchAt(BLANK_REST, this.text, this.pos);
    if (blank !== null && this.pos < this.text.length) {
      this.stack.recoverAtParagraph(this.pos);
      if (this.stack.mode !== 'prose') return;
      // A blank line that the cursor stands on, right below text, may be about to continue it.
      if (BLANK_REST.lastIndex > this.until) this.emit(at, at + 1);
      else this.sink?.paragraph(at);
    } else if (!(this.token.reason === 'comment' && this.token.to === at)) {
      this.emit(at, at + 1);
    }
  }
}

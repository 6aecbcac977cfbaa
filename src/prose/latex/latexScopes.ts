import { Checkpoints, type SteppedScan } from '../checkpoints';
import { contextHorizon, joinContext } from '../context';
import { LONGEST_PREFIX, quiet, type ProseScope, type QuietScope, type Scope } from '../scope';
import { lastLineBreak, type SourceText } from '../sourceText';
import { writingStyle } from '../writingStyle';
import { endsInUrl } from '../urls';
import { defines, definitionsIn } from './definitionReader';
import { NO_DEFINITIONS, type Definitions } from './definitions';
import type { Frame } from './frames';
import { blockOf, LatexPlainText, type PlainTextState } from './plainText';
import { LatexScanner, type ScannerState } from './scanner';
import { LOOKAHEAD, LOOKBEHIND } from './tokens';

/** A list's beginning is looked for in this many characters before the cursor. */
const ITEM_WITHIN = 300;
const RULE =
  /^[ \t]*\\(?:hline|cline|toprule|midrule|bottomrule|cmidrule|specialrule|addlinespace|noalign|end(?:first|last)?(?:head|foot))(?![a-zA-Z])/;
/** Nothing may stand before it in its cell. */
const CELL_HEAD = /^\s*\\(?:multicolumn|omit)(?![a-zA-Z])/;
const CHECKPOINT_SPACING = 2048;
/** Read at once to find the next checkpoint. */
const WINDOW = 8192;
/** A title is looked for in this many characters at a document's start. */
const TITLE_WITHIN = 20_000;
/** Definitions are looked for before `\begin{document}`, in this many characters. */
const DEFINED_WITHIN = 30_000;
/** Font packages are looked for in this many. */
const PREAMBLE_WITHIN = 6000;

/** A scan that obeys what the document defines. */
const scanWith = (definitions: Definitions): SteppedScan<Frame | null> => ({
  next(text, from, wanted) {
    // What stands before tells whether this is the start of a line.
    const origin = Math.max(0, from.pos - LOOKBEHIND);
    for (let width = WINDOW; ; width *= 4) {
      const window = text.slice(origin, origin + width);
      const whole = origin + window.length === text.length;
      // What a line holds shows only when the next one is there too, or as much as a token looks ahead.
      const line = lastLineBreak(window, lastLineBreak(window) - 1) + 1;
      const last = whole ? window.length : Math.max(line, window.length - LOOKAHEAD);
      const scanner = new LatexScanner(window, from.pos - origin, from.state, null, definitions);
      let found = -1;
      scanner.run(last, (pos) => {
        if (origin + pos < from.pos + CHECKPOINT_SPACING && origin + pos !== wanted) return false;
        found = pos;
        return true;
      });
      if (found >= 0 && (whole || found <= last)) return { pos: origin + found, state: scanner.top };
      if (whole) return null;
    }
  },
  reach: WINDOW,
  same(a, b) {
    let left = a;
    let right = b;
    while (left !== right) {
      if (left === null || right === null) return false;
      if (left.kind !== right.kind || left.name !== right.name || left.mode !== right.mode) return false;
      if (left.role !== right.role || left.rest !== right.rest || left.reason !== right.reason) return false;
      if (left.block !== right.block) return false;
      left = left.parent;
      right = right.parent;
    }
    return true;
  },
});

/** What was read from a horizon up to the start of a line, from which more keystrokes go on. */
interface Reading {
  horizon: number;
  /** Where the scanner's window begins in the document. */
  origin: number;
  /** Offset of that line's start in the document. */
  pos: number;
  scanner: ScannerState;
  plain: PlainTextState;
}

/** Scopes of one LaTeX document. */
export class LatexScopes {
  private checkpoints = new Checkpoints<Frame | null>(scanWith(NO_DEFINITIONS), null);
  private definitions = NO_DEFINITIONS;
  /** The text that defines them. */
  private defining = '';
  /** What other files of the manuscript define. */
  private elsewhere = '';
  /** An edit before this offset may change what the document defines. */
  private definedBefore = Infinity;
  private reading: Reading | null = null;

  /** Takes what other files of the manuscript hold before this one. */
  defineElsewhere(heads: string): void {
    if (heads === this.elsewhere) return;
    this.elsewhere = heads;
    this.definedBefore = Infinity;
  }

  edit(oldText: SourceText, from: number, to: number, inserted: number): void {
    this.checkpoints.edit(oldText, from, to, inserted);
    if (from < this.definedBefore) this.definedBefore = Infinity;
    // As with checkpoints, what stands at the start of the edited line is in doubt.
    if (this.reading !== null && this.reading.pos >= oldText.lineStart(from)) this.reading = null;
  }

  scopeAt(source: SourceText, offset: number, maxChars: number): Scope {
    if (this.definedBefore === Infinity) this.readDefinitions(source);
    const horizon = contextHorizon(offset, maxChars);
    const start = this.checkpoints.before(source, horizon);
    // What stands before tells whether this is the start of a line. No token reads further than the line below the
    // cursor's, nor than `LOOKAHEAD`.
    const origin = Math.max(0, start.pos - LOOKBEHIND);
    const end = Math.min(source.lineEnd(source.lineEnd(offset) + 1), offset + LOOKAHEAD);
    const text = source.slice(origin, end);
    const at = offset - origin;
    const plain = new LatexPlainText(text, origin, horizon, start.state, this.definitions.expand);
    const scanner = new LatexScanner(text, start.pos - origin, start.state, plain, this.definitions);
    this.read(scanner, plain, { text, at, origin, horizon });

    const silent = quietAt(text, scanner, at);
    if (silent !== null) return silent;
    if (scanner.top === null && /^[^%\n]*\\documentclass/m.test(source.slice(offset, PREAMBLE_WITHIN)))
      return quiet('preamble');
    const block = blockOf(scanner.top);
    // Between a row's end and the rule below it nothing may stand.
    const next = text.slice(at, at + 40);
    if (block === 'tableCell' && (RULE.test(next) || CELL_HEAD.test(next))) return quiet('command');
    if (beforeFirstItem(scanner.top, source.slice(Math.max(0, offset - ITEM_WITHIN), offset))) return quiet('command');
    const { blocks, partialFirst } = plain.finish(at);
    const prose: ProseScope = {
      prose: true,
      textBefore: joinContext(
        blocks,
        partialFirst,
        () => titleOf(source.slice(0, Math.min(offset, TITLE_WITHIN)), this.definitions),
        maxChars,
      ),
      block,
      linePrefix: text.slice(Math.max(lastLineBreak(text, at - 1) + 1, at - LONGEST_PREFIX), at),
      style: writingStyle('latex', text.slice(Math.max(0, horizon - origin), at), source.slice(0, PREAMBLE_WITHIN)),
    };
    return prose;
  }

  /** Reads what the head defines; where that has changed, all that was scanned is in doubt. */
  private readDefinitions(source: SourceText): void {
    const head = source.slice(0, DEFINED_WITHIN);
    const begin = /\\begin[ \t]*\{document\}/.exec(head);
    this.definedBefore = begin === null ? DEFINED_WITHIN : begin.index + begin[0].length;
    const own = begin === null ? head : head.slice(0, begin.index);
    const defining = `${this.elsewhere}\n${defines(own) ? own : ''}`;
    if (defining === this.defining) return;
    this.defining = defining;
    const definitions = definitionsIn(defining);
    if (definitions.key === this.definitions.key) return;
    this.definitions = definitions;
    this.checkpoints = new Checkpoints<Frame | null>(scanWith(definitions), null);
    this.reading = null;
  }

  /** Scans up to the cursor, from where an earlier scan has left off if that was above the cursor's line. */
  private read(scanner: LatexScanner, plain: LatexPlainText, { text, at, origin, horizon }: Window): void {
    const line = lastLineBreak(text, at - 1) + 1;
    const known = this.reading;
    const goesOn = known !== null && known.horizon === horizon && known.origin === origin && known.pos < origin + line;
    if (goesOn) {
      scanner.restore(known.scanner);
      plain.restore(known.plain);
    }
    // What a line holds shows only when the next one is there too: the line above the cursor's may be left.
    const above = lastLineBreak(text, line - 2) + 1;
    if (scanner.pos < above) {
      scanner.run(at, (pos) => pos >= above);
      if (scanner.pos === above)
        this.reading = { horizon, origin, pos: origin + above, scanner: scanner.save(), plain: plain.save() };
    }
    scanner.run(at);
  }
}

/** A part of a document, from offset `origin` on, and a cursor in it. */
interface Window {
  text: string;
  at: number;
  origin: number;
  horizon: number;
}

/** Whether text here would stand in a list before its first item, where TeX allows none. */
function beforeFirstItem(top: Frame | null, before: string): boolean {
  if (top?.kind !== 'environment' || top.block !== 'listItem') return false;
  const begin = before.lastIndexOf(`\\begin{${top.name}}`);
  return begin >= 0 && !/\\item(?![a-zA-Z])/.test(before.slice(begin));
}

function quietAt(text: string, scanner: LatexScanner, offset: number): QuietScope | null {
  const { token, top } = scanner;
  if (top?.mode === 'math') return quiet('math');
  if (scanner.pos > offset) return quiet(token.to > offset ? token.reason : 'command');
  if (token.open && token.to === offset && token.from < offset) return quiet(token.reason);
  if (top !== null && top.mode !== 'prose') return quiet(top.reason);

  let argument = top;
  while (argument !== null && argument.kind === 'group') argument = argument.parent;
  if (argument !== null && argument.role === 'u') {
    // An unknown command's argument is a key until a space shows that it is prose.
    const start = scanner.startOf(argument);
    if (start !== undefined && !/\s/.test(text.slice(start, offset))) return quiet('commandArgument');
  }
  const inArgument = argument !== null && argument.role !== '';
  if (!inArgument && scanner.structuralEnd >= 0 && /^[ \t]*$/.test(text.slice(scanner.structuralEnd, offset))) {
    return quiet('command');
  }
  if (endsInUrl(text, offset)) return quiet('url');
  return null;
}

/** The `\title{…}` in a document's head, markup stripped; empty if there is none. */
function titleOf(head: string, definitions: Definitions): string {
  const match = /^[^%\n]*\\title\s*(?:\[[^\]\n]*\])?\{/m.exec(head);
  if (match === null) return '';
  const at = match.index + match[0].lastIndexOf('\\title');
  const titleFrame = { closed: false };
  const plain = new TitleText(head, titleFrame);
  const scanner = new LatexScanner(head, at, null, plain, definitions);
  while (!titleFrame.closed && scanner.pos < head.length) scanner.run(Math.min(head.length, scanner.pos + 200));
  return titleFrame.closed ? plain.title : '';
}

/** Collects the first block argument. */
class TitleText extends LatexPlainText {
  title = '';

  constructor(
    raw: string,
    private readonly state: { closed: boolean },
  ) {
    super(raw, 0, 0, null);
  }

  override leave(frame: Frame, at: number): void {
    super.leave(frame, at);
    if (frame.role !== 'b' || this.state.closed) return;
    this.state.closed = true;
    this.title = this.finish(at).blocks[0]?.text ?? '';
  }
}

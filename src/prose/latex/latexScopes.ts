import { Checkpoints, type SteppedScan } from '../checkpoints';
import { contextHorizon, joinContext } from '../context';
import { quiet, type ProseScope, type QuietScope, type Scope } from '../scope';
import { endsInUrl } from '../urls';
import { blockOf, LatexPlainText } from './plainText';
import { LatexScanner, type Frame } from './scanner';

const CHECKPOINT_SPACING = 2048;
/** A title is looked for in this many characters at a document's start. */
const TITLE_WITHIN = 20_000;

const scan: SteppedScan<Frame | null> = {
  next(text, from, wanted) {
    const scanner = new LatexScanner(text, from.pos, from.state);
    let found = -1;
    scanner.run(text.length, (pos) => {
      if (pos < from.pos + CHECKPOINT_SPACING && pos !== wanted) return false;
      found = pos;
      return true;
    });
    return found < 0 ? null : { pos: found, state: scanner.top };
  },
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
};

/** Scopes of one LaTeX document. */
export class LatexScopes {
  private readonly checkpoints = new Checkpoints<Frame | null>(scan, null);

  edit(oldText: string, from: number, to: number, inserted: number): void {
    this.checkpoints.edit(oldText, from, to, inserted);
  }

  scopeAt(text: string, offset: number, maxChars: number): Scope {
    const horizon = contextHorizon(offset, maxChars);
    const start = this.checkpoints.before(text, horizon);
    const plain = new LatexPlainText(text, horizon, start.state);
    const scanner = new LatexScanner(text, start.pos, start.state, plain);
    scanner.run(offset);

    const silent = quietAt(text, scanner, offset);
    if (silent !== null) return silent;
    const { blocks, partialFirst } = plain.finish(offset);
    const prose: ProseScope = {
      prose: true,
      textBefore: joinContext(blocks, partialFirst, () => titleOf(text, offset), maxChars),
      block: blockOf(scanner.top),
      linePrefix: text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset),
    };
    return prose;
  }
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

/** The document's `\title{…}`, markup stripped; empty if there is none before `offset`. */
function titleOf(text: string, offset: number): string {
  const head = text.slice(0, Math.min(offset, TITLE_WITHIN));
  const match = /^[^%\n]*\\title\s*(?:\[[^\]\n]*\])?\{/m.exec(head);
  if (match === null) return '';
  const at = match.index + match[0].lastIndexOf('\\title');
  const titleFrame = { closed: false };
  const plain = new TitleText(head, titleFrame);
  const scanner = new LatexScanner(head, at, null, plain);
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
    super(raw, 0, null);
  }

  override leave(frame: Frame, at: number): void {
    super.leave(frame, at);
    if (frame.role !== 'b' || this.state.closed) return;
    this.state.closed = true;
    this.title = this.finish(at).blocks[0]?.text ?? '';
  }
}

import type { ProseBlock } from '../context';
import { mathToText } from '../math';
import type { BlockKind } from '../scope';
import type { Frame } from './frames';
import type { LatexSink } from './scanner';

const QUOTING = /^(?:enquote|textquote)$/;
const LIGATURE = /--|`|''/;

interface Aside {
  blocks: ProseBlock[];
  current: ProseBlock;
}

/** What was collected so far. */
export interface PlainTextState {
  blocks: readonly ProseBlock[];
  current: ProseBlock;
  asides: readonly Aside[];
  mathStart: number;
}

/** Collects the blocks that a reader of the typeset text would read; floats' cells and closed footnotes left out. */
export class LatexPlainText implements LatexSink {
  private blocks: ProseBlock[] = [];
  private current: ProseBlock;
  private asides: Aside[] = [];
  private mathStart = -1;
  /** In the window. */
  private readonly horizon: number;
  /** Whether collecting began inside a block. */
  private readonly partial: boolean;

  /**
   * @param raw a window of the document; the scanner's offsets count from its start.
   * @param origin the window's offset in the document.
   * @param horizon nothing before this offset of the document is collected.
   * @param open the frames open where scanning begins.
   * @param expand writes out macros of the document's own.
   */
  constructor(
    private readonly raw: string,
    private readonly origin: number,
    horizon: number,
    open: Frame | null,
    private readonly expand: (laTeX: string) => string = (laTeX) => laTeX,
  ) {
    this.partial = horizon > 0;
    this.horizon = Math.max(0, horizon - origin);
    this.current = { from: this.horizon, text: '' };
    const frames: Frame[] = [];
    for (let frame = open; frame !== null; frame = frame.parent) frames.unshift(frame);
    for (const frame of frames) if (frame.role === 'a') this.openAside(this.horizon);
  }

  save(): PlainTextState {
    return copyOf({ blocks: this.blocks, current: this.current, asides: this.asides, mathStart: this.mathStart });
  }

  /** Goes on from what another collector of the same window and horizon had. */
  restore(state: PlainTextState): void {
    ({ blocks: this.blocks, current: this.current, asides: this.asides, mathStart: this.mathStart } = copyOf(state));
  }

  /** The blocks up to the cursor, the last one the cursor's own. */
  finish(offset: number): { blocks: ProseBlock[]; partialFirst: boolean } {
    const blocks: ProseBlock[] = [];
    for (const aside of this.asides) blocks.push(...aside.blocks, aside.current);
    blocks.push(...this.blocks);
    const kept = blocks.filter((block) => block.text.trim() !== '');
    const blank = this.current.text.trim() === '';
    if (blank && kept.length > 0) kept.push({ from: offset, text: '' });
    else kept.push({ from: this.current.from, text: blank ? '' : this.current.text });
    const partialFirst = this.partial && kept[0]!.from <= this.horizon;
    return { blocks: kept.map(({ from, text }) => ({ from: from + this.origin, text })), partialFirst };
  }

  text(text: string, at: number): void {
    if (at + text.length <= this.horizon) return;
    this.literal(LIGATURE.test(text) ? withLigatures(text) : text, at);
  }

  literal(text: string, at: number): void {
    const hidden = this.horizon - at;
    if (hidden >= text.length && hidden > 0) return;
    const seen = hidden > 0 ? text.slice(hidden) : text;
    if (this.current.text === '') {
      const start = seen.search(/\S/);
      if (start < 0) return;
      this.current.from = Math.max(at, this.horizon) + start;
    }
    this.current.text += seen;
  }

  enter(frame: Frame, at: number): void {
    if (frame.mode === 'math' && frame.parent?.mode !== 'math') this.mathStart = at;
    if (frame.mode !== 'prose') return;
    if (frame.role === 'a') this.openAside(at);
    else if (frame.role === 'b') this.paragraph(at);
    else if (frame.role === 'p' && QUOTING.test(frame.name)) this.literal('"', at);
  }

  leave(frame: Frame, at: number): void {
    if (frame.mode === 'math' && frame.parent?.mode !== 'math') {
      const math = this.raw.slice(this.mathStart, at);
      const inline = frame.name === '$' || frame.name === '(' || frame.role === 'm';
      if (this.mathStart >= 0)
        this.literal(inline ? mathToText(this.expand(math.replace(/(?:\$|\\\))$/, ''))) : ' ', at);
      this.mathStart = -1;
    }
    if (frame.mode !== 'prose') return;
    if (frame.role === 'a') {
      const aside = this.asides.pop();
      if (aside !== undefined) {
        this.blocks = aside.blocks;
        this.current = aside.current;
      }
    } else if (frame.role === 'b') {
      this.paragraph(at);
    } else if (frame.role === 'p' && QUOTING.test(frame.name)) {
      this.literal('"', at);
    } else if (frame.role === 'O' && frame.name === 'item' && /^\W*\w{0,2}\W*$/.test(this.current.text)) {
      // A mark, not a word.
      this.current.text = '';
    }
  }

  paragraph(at: number): void {
    if (at >= this.horizon) {
      if (this.current.text.trim() !== '') this.blocks.push(this.current);
    }
    this.current = { from: Math.max(at, this.horizon), text: '' };
  }

  cell(at: number): void {
    this.current = { from: at, text: '' };
  }

  item(at: number): void {
    this.paragraph(at);
  }

  private openAside(at: number): void {
    this.asides.push({ blocks: this.blocks, current: this.current });
    this.blocks = [];
    this.current = { from: at, text: '' };
  }
}

/** Finished blocks are not changed any more and can be shared. */
function copyOf({ blocks, current, asides, mathStart }: PlainTextState): {
  blocks: ProseBlock[];
  current: ProseBlock;
  asides: Aside[];
  mathStart: number;
} {
  return {
    blocks: [...blocks],
    current: { ...current },
    asides: asides.map((aside) => ({ blocks: [...aside.blocks], current: { ...aside.current } })),
    mathStart,
  };
}

function withLigatures(text: string): string {
  return text.replace(/---/g, '—').replace(/--/g, '–').replace(/``|''/g, '"').replace(/`/g, "'");
}

/** What kind of block the cursor's frames make. */
export function blockOf(top: Frame | null): BlockKind {
  for (let frame = top; frame !== null; frame = frame.parent) {
    if (frame.block !== null) return frame.block;
    if (frame.kind === 'environment') break;
  }
  for (let frame = top; frame !== null; frame = frame.parent) {
    if (frame.block === 'listItem' || frame.block === 'tableCell' || frame.block === 'quote') return frame.block;
  }
  return 'paragraph';
}

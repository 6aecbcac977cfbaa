import type { BlockKind, ScopeReason } from '../scope';
import { isInlineList, type CommandSpec, type Signature } from './commands';

/** An open construct; the stack of them is a linked list, immutable and shared between checkpoints. */
export interface Frame {
  readonly parent: Frame | null;
  /** How many frames are open around it. */
  readonly depth: number;
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
export type ArgumentsOf = Pick<CommandSpec, 'reason' | 'block' | 'structural' | 'frontMatter'>;

/** Is told of constructs as they open and close. */
export interface FrameSink {
  enter(frame: Frame, at: number): void;
  leave(frame: Frame, at: number): void;
}

const DEEPEST = 100;

/** The constructs that are open where a scanner stands, and what follows from them. */
export class FrameStack {
  /** Raw offsets where the frames opened by this scanner begin; older frames have none. */
  private readonly starts = new Map<Frame, number>();

  constructor(
    public top: Frame | null,
    private readonly sink: FrameSink | null,
  ) {}

  /** Where the contents of the open frames begin, as far as it is known. */
  save(): [Frame, number][] {
    const starts: [Frame, number][] = [];
    for (let frame = this.top; frame !== null; frame = frame.parent) {
      const start = this.starts.get(frame);
      if (start !== undefined) starts.push([frame, start]);
    }
    return starts;
  }

  restore(top: Frame | null, starts: readonly (readonly [Frame, number])[]): void {
    this.top = top;
    this.starts.clear();
    for (const [frame, start] of starts) this.starts.set(frame, start);
  }

  /** Where `frame`'s content begins; undefined if it was open before this scanner started. */
  startOf(frame: Frame): number | undefined {
    return this.starts.get(frame);
  }

  get mode(): Frame['mode'] {
    return this.top?.mode ?? 'prose';
  }

  /** Whether what stands here is read. */
  get readable(): boolean {
    return this.mode === 'prose' || this.top?.role === 'k';
  }

  /** Opens a frame whose content begins at `content`; what is not said of it is as around it. */
  push(frame: Partial<Frame> & Pick<Frame, 'kind' | 'name'>, content: number): void {
    const parent = this.top;
    // No text is as deep: constructs that nobody closes must not cost more with each one.
    if (parent !== null && parent.depth >= DEEPEST) return;
    const pushed: Frame = {
      parent,
      depth: parent === null ? 0 : parent.depth + 1,
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

  /** Closes `frame`, and everything opened within it, before `at`. */
  pop(frame: Frame, at: number): void {
    while (this.top !== null) {
      const top: Frame = this.top;
      this.top = top.parent;
      this.sink?.leave(top, at);
      if (top === frame) return;
    }
  }

  /** Closes everything before `at`. */
  clear(at: number): void {
    while (this.top !== null) this.pop(this.top, at);
  }

  argumentMode(role: string, { frontMatter, block }: ArgumentsOf): Frame['mode'] {
    if (frontMatter === true && role === 'b' && this.top?.kind === 'preamble') return 'prose';
    const around = this.mode;
    // Pseudo-code has a caption as other floats do.
    if (role === 'b' && block === 'caption' && this.top?.kind === 'environment' && this.top.reason === 'codeBlock')
      return 'prose';
    if (around !== 'prose') return around;
    if (role === 'm') return 'math';
    return 'pbaOu'.includes(role) ? 'prose' : 'quiet';
  }

  argumentReason(role: string, reason: ScopeReason): ScopeReason {
    if (this.mode !== 'prose' && this.top !== null) return this.top.reason;
    return role === 'm' ? 'math' : reason;
  }

  /**
   * Whether this is an argument that is not set: TeX stores it and does nothing that it says (TeXbook, chapter 20), so
   * its `\begin` opens nothing.
   */
  get inStored(): boolean {
    for (let frame = this.top; frame !== null && frame.kind !== 'environment'; frame = frame.parent) {
      if (frame.role === 'Q' || frame.role === 'q') return true;
    }
    return false;
  }

  /**
   * The frame that a closing brace ends, if there is one. Groups nest (TeXbook, chapter 5): with an argument ends an
   * environment that was begun in it.
   */
  openBrace(): Frame | null {
    for (let frame = this.top; frame !== null; frame = frame.parent) {
      if (frame.kind === 'preamble' || (frame.kind === 'environment' && frame.name === 'document')) return null;
      if (frame.kind === 'group' || frame.kind === 'brace') return frame;
    }
    return null;
  }

  /** The environment that `\end{name}` ends, if there is one. */
  openEnvironment(name: string): Frame | null {
    const verbatim = `\\end{${name}}`;
    let frame = this.top;
    while (
      frame !== null &&
      !(frame.kind === 'environment' && frame.name === name) &&
      !(frame.kind === 'verbatim' && frame.name === verbatim)
    ) {
      frame = frame.parent;
    }
    return frame;
  }

  /** The math, within the innermost environment, that a delimiter would close. */
  openMath(name: string): Frame | null {
    for (let frame = this.top; frame !== null && frame.kind !== 'environment'; frame = frame.parent) {
      if (frame.kind === 'math' && frame.name === name) return frame;
    }
    return null;
  }

  /** As TeX does ("Paragraph ended before …"), a paragraph's end closes inline math and short arguments left open. */
  recoverAtParagraph(at: number): void {
    let lowest: Frame | null = null;
    for (let frame = this.top; frame !== null && frame.kind !== 'environment'; frame = frame.parent) {
      if (frame.kind === 'math' || frame.kind === 'bracket' || 'qkmu'.includes(frame.role || '-')) lowest = frame;
    }
    if (lowest !== null) this.pop(lowest, at);
  }

  /** A heading stands neither in math nor in a definition: whatever is open there was never closed. */
  recoverAtHeading(at: number): void {
    let lowest: Frame | null = null;
    for (let frame = this.top; frame !== null && frame.kind !== 'preamble'; frame = frame.parent) {
      if (frame.mode !== 'prose') lowest = frame;
    }
    if (lowest !== null) this.pop(lowest, at);
  }

  get inTable(): boolean {
    return this.environment()?.block === 'tableCell';
  }

  get inInlineList(): boolean {
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

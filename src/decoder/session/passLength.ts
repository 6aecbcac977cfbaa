/** Prompt tokens per forward pass: between these, so that one pass takes about the target. */
const CHUNK = { least: 16, most: 256 };

export interface PassSize {
  /** Milliseconds that a pass over a prompt may take. */
  passMs: number;
  /** Tokens of the first pass, before it is known how long they take. */
  first: number;
  /** Most tokens of a pass; default: 256. */
  most?: number;
}

/** How many tokens of a prompt to read in one pass, by the time that passes have taken. */
export class PassLength {
  private chunk: number;
  private readonly passMs: number;
  private readonly most: number;

  constructor({ passMs, first, most = CHUNK.most }: PassSize) {
    this.chunk = first;
    this.passMs = passMs;
    this.most = most;
  }

  /** Tokens of the next pass, of so many that are left: no short one is left for the end. */
  next(left: number): number {
    return Math.ceil(left / Math.ceil(left / this.chunk));
  }

  /** Learns from a pass. */
  took(tokens: number, ms: number): void {
    // Short passes are slow for their length.
    if (tokens < this.chunk / 2) return;
    const fitting = Math.floor((tokens * this.passMs) / Math.max(ms, 1));
    // Half the way: one slow pass on a busy machine says little.
    const next = Math.round((this.chunk + fitting) / 2);
    this.chunk = Math.max(CHUNK.least, Math.min(this.most, next));
  }
}

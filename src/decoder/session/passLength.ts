/** Prompt tokens per forward pass: between these, so that one pass takes about the target. */
const CHUNK = { least: 16, most: 256 };

export interface PassSize {
  /** Milliseconds that a pass over a prompt may take, for all of them or at the time. */
  passMs: number | (() => number);
  /** Tokens of the first pass, before it is known how long they take. */
  first: number;
  /** Most tokens of a pass; default: 256. */
  most?: number;
}

/** How many tokens of a prompt to read in one pass, by the time that passes have taken. */
export class PassLength {
  private chunk: number;
  private readonly passMs: () => number;
  /** What `chunk` is meant to take. */
  private chunkMs: number;
  private readonly most: number;

  constructor({ passMs, first, most = CHUNK.most }: PassSize) {
    this.chunk = first;
    this.passMs = typeof passMs === 'number' ? () => passMs : passMs;
    this.chunkMs = this.passMs();
    this.most = most;
  }

  /** Tokens of the next pass, of so many that are left: no short one is left for the end. */
  next(left: number): number {
    const passMs = this.passMs();
    // Less time than before counts at once; with more of it passes grow as they prove quick.
    if (passMs < this.chunkMs) {
      this.chunk = Math.max(CHUNK.least, Math.floor((this.chunk * passMs) / this.chunkMs));
    }
    this.chunkMs = passMs;
    return Math.ceil(left / Math.ceil(left / this.chunk));
  }

  /** Learns from a pass. */
  took(tokens: number, ms: number): void {
    // Short passes are slow for their length.
    if (tokens < this.chunk / 2) return;
    const fitting = Math.floor((tokens * this.chunkMs) / Math.max(ms, 1));
    // Half the way: one slow pass on a busy machine says little.
    const next = Math.round((this.chunk + fitting) / 2);
    this.chunk = Math.max(CHUNK.least, Math.min(this.most, next));
  }
}

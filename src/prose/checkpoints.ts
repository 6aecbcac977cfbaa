import type { SourceText } from './sourceText';

/** A place where a scan can start anew, and what it must know there. */
export interface Checkpoint<S> {
  pos: number;
  state: S;
}

/**
 * One step of a scan over a document: from a checkpoint to the next place where it could start anew.
 * Must depend on nothing but the text from `from.pos` to the end of the line after the result's.
 */
export interface SteppedScan<S> {
  /**
   * The next checkpoint, or null where the document ends first. One at `wanted`, an old checkpoint's
   * place, is taken even if it comes early, so that old and new scans meet.
   */
  next(text: SourceText, from: Checkpoint<S>, wanted?: number): Checkpoint<S> | null;
  same(a: S, b: S): boolean;
}

/**
 * The checkpoints of a document under edits: those before an edit stay; those behind it are kept
 * aside and taken back as soon as a new scan reaches one of them in the same state, so an edit
 * costs a scan of its neighbourhood and not of the rest of the document.
 */
export class Checkpoints<S> {
  private valid: Checkpoint<S>[];
  /**
   * Behind an edit, in document order, positions already shifted. Each run comes from one scan: if
   * its first checkpoint holds again, all of it does.
   */
  private stale: Checkpoint<S>[][] = [];

  constructor(
    private readonly scan: SteppedScan<S>,
    private readonly initial: S,
  ) {
    this.valid = [{ pos: 0, state: initial }];
  }

  /** Tells of an edit that is about to replace `[from, to)` of `oldText` by `inserted` UTF-16 units. */
  edit(oldText: SourceText, from: number, to: number, inserted: number): void {
    // A token may look one line ahead: what stands at the start of the edited line is in doubt.
    const keep = firstAtOrAfter(this.valid, oldText.lineStart(from));
    const shift = inserted - (to - from);
    // The line behind the edit may have been looked at by a token that the edit made.
    const lineEnd = oldText.lineEnd(to);
    const runs = [this.valid.slice(keep), ...this.stale];
    this.valid.length = keep;
    this.stale = [];
    for (const run of runs) {
      const behind = run.slice(firstAtOrAfter(run, lineEnd + 2));
      if (behind.length > 0) this.stale.push(behind.map(({ pos, state }) => ({ pos: pos + shift, state })));
    }
    if (this.valid.length === 0) this.valid.push({ pos: 0, state: this.initial });
  }

  /** The last checkpoint at or before `offset`. */
  before(text: SourceText, offset: number): Checkpoint<S> {
    let last = this.valid[this.valid.length - 1]!;
    while (last.pos <= offset) {
      this.dropStale(last.pos);
      const next = this.scan.next(text, last, this.stale[0]?.[0]?.pos);
      if (next === null) break;
      this.dropStale(next.pos - 1);
      const run = this.stale[0];
      if (run !== undefined && run[0]!.pos === next.pos && this.scan.same(run[0]!.state, next.state)) {
        for (const point of run) this.valid.push(point);
        this.stale.shift();
      } else {
        this.valid.push(next);
      }
      last = this.valid[this.valid.length - 1]!;
    }
    const after = firstAtOrAfter(this.valid, offset + 1);
    return this.valid[Math.max(0, after - 1)]!;
  }

  /** Forgets the old checkpoints at or before `pos`. */
  private dropStale(pos: number): void {
    while (this.stale.length > 0) {
      const run = this.stale[0]!;
      const keep = firstAtOrAfter(run, pos + 1);
      if (keep > 0) run.splice(0, keep);
      if (run.length > 0) return;
      this.stale.shift();
    }
  }

  /** The checkpoint after `point`, or null at the document's end. */
  after(text: SourceText, point: Checkpoint<S>): Checkpoint<S> | null {
    const index = firstAtOrAfter(this.valid, point.pos + 1);
    return this.valid[index] ?? this.scan.next(text, point);
  }
}

function firstAtOrAfter<S>(points: readonly Checkpoint<S>[], pos: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.pos < pos) low = middle + 1;
    else high = middle;
  }
  return low;
}

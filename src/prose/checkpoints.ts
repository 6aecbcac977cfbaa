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
  /** How many UTF-16 units behind a checkpoint can decide about it, at most; without it, all of the line below. */
  reach?: number;
}

/** Checkpoints of one scan that an edit came before: if the first one holds again, all of them do. */
interface Run<S> {
  points: readonly Checkpoint<S>[];
  /** Index of the first one left. */
  first: number;
  /** How far edits have moved them. */
  shift: number;
}

/**
 * The checkpoints of a document under edits: those before an edit stay; those behind it are kept
 * aside and taken back, as far as they are asked for, when a new scan reaches one of them in the same
 * state. An edit costs a scan of its neighbourhood, however much of the document follows.
 */
export class Checkpoints<S> {
  private valid: Checkpoint<S>[];
  /** Behind an edit, in document order. */
  private stale: Run<S>[] = [];

  constructor(
    private readonly scan: SteppedScan<S>,
    private readonly initial: S,
  ) {
    this.valid = [{ pos: 0, state: initial }];
  }

  /** Tells of an edit that is about to replace `[from, to)` of `oldText` by `inserted` UTF-16 units. */
  edit(oldText: SourceText, from: number, to: number, inserted: number): void {
    // A token may look one line ahead: what stands at the start of the edited line is in doubt.
    const doubt = this.scan.reach === undefined ? oldText.lineStart(from) : from - this.scan.reach;
    const keep = firstAtOrAfter(this.valid, doubt);
    // The line behind the edit may have been looked at by a token that the edit made.
    const behind = oldText.lineEnd(to) + 2;
    this.stale.unshift({ points: this.valid.splice(keep), first: 0, shift: 0 });
    this.stale = this.stale.filter((run) => leave(run, behind));
    for (const run of this.stale) run.shift += inserted - (to - from);
    if (this.valid.length === 0) this.valid.push({ pos: 0, state: this.initial });
  }

  /** The last checkpoint at or before `offset`. */
  before(text: SourceText, offset: number): Checkpoint<S> {
    let last = this.valid[this.valid.length - 1]!;
    while (last.pos <= offset) {
      const next = this.scan.next(text, last, this.nextStale(last.pos + 1)?.pos);
      if (next === null) break;
      const met = this.nextStale(next.pos);
      if (met !== null && met.pos === next.pos && this.scan.same(met.state, next.state)) this.takeBack(offset);
      else this.valid.push(next);
      last = this.valid[this.valid.length - 1]!;
    }
    const after = firstAtOrAfter(this.valid, offset + 1);
    return this.valid[Math.max(0, after - 1)]!;
  }

  /** The first old checkpoint at or behind `pos`; those before it are forgotten. */
  private nextStale(pos: number): Checkpoint<S> | null {
    while (this.stale.length > 0 && !leave(this.stale[0]!, pos)) this.stale.shift();
    const run = this.stale[0];
    if (run === undefined) return null;
    const { pos: old, state } = run.points[run.first]!;
    return { pos: old + run.shift, state };
  }

  /** Takes the first run's checkpoints back up to the first one behind `offset`. */
  private takeBack(offset: number): void {
    const run = this.stale[0]!;
    for (let pos = -1; pos <= offset && run.first < run.points.length; run.first++) {
      const { pos: old, state } = run.points[run.first]!;
      pos = old + run.shift;
      this.valid.push({ pos, state });
    }
    if (run.first === run.points.length) this.stale.shift();
  }

  /** The checkpoint after `point`, or null at the document's end. */
  after(text: SourceText, point: Checkpoint<S>): Checkpoint<S> | null {
    const index = firstAtOrAfter(this.valid, point.pos + 1);
    return this.valid[index] ?? this.scan.next(text, point);
  }
}

/** Forgets a run's checkpoints before `pos`; false if none is left. */
function leave<S>(run: Run<S>, pos: number): boolean {
  run.first = firstAtOrAfter(run.points, pos - run.shift, run.first);
  return run.first < run.points.length;
}

function firstAtOrAfter<S>(points: readonly Checkpoint<S>[], pos: number, from = 0): number {
  let low = from;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.pos < pos) low = middle + 1;
    else high = middle;
  }
  return low;
}

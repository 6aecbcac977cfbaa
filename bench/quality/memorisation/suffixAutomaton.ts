/** A run of a sequence's ids. */
export interface Run {
  begin: number;
  length: number;
}

/**
 * Suffix automaton of several sequences of ids: the smallest automaton that reads every run of ids which
 * occurs in one of them (Blumer et al. 1985). Building and reading take constant time per id.
 */
export class SuffixAutomaton {
  private readonly next: Map<number, number>[] = [new Map()];
  private readonly link: number[] = [-1];
  /** Length of the longest run that leads to a state. */
  private readonly longest: number[] = [0];
  /** Length of the longest run by which `read` has come to a state; 0 for none. */
  private readonly found: number[] = [0];
  /** State of the text that `read` is going through, and how much of its end the state stands for. */
  private state = 0;
  private matched = 0;

  constructor(sequences: Iterable<readonly number[]>) {
    for (const sequence of sequences) {
      let last = 0;
      for (const id of sequence) last = this.extend(last, id);
    }
  }

  /** Reads the text to search, id by id; what it has in common with the sequences is remembered. */
  read(id: number): void {
    let { state } = this;
    while (state !== 0 && !this.next[state]!.has(id)) {
      state = this.link[state]!;
      this.matched = this.longest[state]!;
    }
    const target = this.next[state]!.get(id);
    this.state = target ?? 0;
    this.matched = target === undefined ? 0 : this.matched + 1;
    if (this.matched > this.found[this.state]!) this.found[this.state] = this.matched;
  }

  /** The next id read begins another text: no run goes across. */
  restart(): void {
    this.state = 0;
    this.matched = 0;
  }

  /**
   * Where each of the sequences has its longest run of ids that also stands in what was read.
   * @returns begin and length, both in ids; the first of equally long ones.
   */
  longestFound(sequences: Iterable<readonly number[]>): Run[] {
    const lengths = this.foundLengths();
    return Array.from(sequences, (sequence) => {
      let best: Run = { begin: 0, length: 0 };
      let prefix = 0;
      for (const [at, id] of sequence.entries()) {
        prefix = this.next[prefix]!.get(id)!;
        // The longest end of what leads here that was read.
        let state = prefix;
        while (state > 0 && lengths[state] === 0) state = this.link[state]!;
        const length = lengths[state]!;
        if (length > best.length) best = { begin: at + 1 - length, length };
      }
      return best;
    });
  }

  /**
   * Length of the longest run of each state that was read. Where a run was read, so were all its ends: the
   * states behind a found one's suffix links are found as a whole.
   */
  private foundLengths(): Int32Array {
    const lengths = Int32Array.from(this.found);
    const byLength = Array.from(this.longest.keys()).sort((a, b) => this.longest[b]! - this.longest[a]!);
    for (const state of byLength) {
      const link = this.link[state]!;
      if (lengths[state]! > 0 && link > 0) lengths[link] = this.longest[link]!;
    }
    return lengths;
  }

  private extend(last: number, id: number): number {
    const known = this.next[last]!.get(id);
    if (known !== undefined) {
      // The run is in an earlier sequence already.
      return this.longest[known] === this.longest[last]! + 1 ? known : this.split(last, id, known);
    }
    const state = this.add(this.longest[last]! + 1, new Map(), 0);
    let at = last;
    while (at !== -1 && !this.next[at]!.has(id)) {
      this.next[at]!.set(id, state);
      at = this.link[at]!;
    }
    if (at !== -1) {
      const target = this.next[at]!.get(id)!;
      this.link[state] = this.longest[target] === this.longest[at]! + 1 ? target : this.split(at, id, target);
    }
    return state;
  }

  /** Gives the shorter runs of `target`, which end in `id` behind `from`, a state of their own. */
  private split(from: number, id: number, target: number): number {
    const clone = this.add(this.longest[from]! + 1, new Map(this.next[target]), this.link[target]!);
    this.link[target] = clone;
    for (let at = from; at !== -1 && this.next[at]!.get(id) === target; at = this.link[at]!) {
      this.next[at]!.set(id, clone);
    }
    return clone;
  }

  private add(longest: number, next: Map<number, number>, link: number): number {
    this.next.push(next);
    this.link.push(link);
    this.longest.push(longest);
    this.found.push(0);
    return this.next.length - 1;
  }
}

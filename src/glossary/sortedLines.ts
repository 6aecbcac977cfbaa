/** Lines of a key, a tab and a number, sorted by key: searched in the text as it stands. */
export class SortedLines {
  private readonly starts: Uint32Array;

  /** @param text every line ends with a line feed */
  constructor(private readonly text: string) {
    const starts: number[] = [];
    for (let at = 0; at < text.length; at = text.indexOf('\n', at) + 1) starts.push(at);
    this.starts = Uint32Array.from([...starts, text.length]);
  }

  get length(): number {
    return this.starts.length - 1;
  }

  /** The lines whose keys begin with some letters: the first, and the one behind the last. */
  beginningWith(letters: string): [from: number, to: number] {
    const from = this.firstAtLeast(letters);
    let to = from;
    while (to < this.length && this.text.startsWith(letters, this.starts[to])) to++;
    return [from, to];
  }

  /** The line with a key, -1 without one. */
  indexOf(key: string): number {
    const line = this.firstAtLeast(key);
    return line < this.length && this.key(line) === key ? line : -1;
  }

  key(line: number): string {
    return this.text.slice(this.starts[line], this.tab(line));
  }

  number(line: number): number {
    return Number(this.text.slice(this.tab(line) + 1, this.starts[line + 1]! - 1));
  }

  private firstAtLeast(key: string): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.key(middle) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private tab(line: number): number {
    return this.text.indexOf('\t', this.starts[line]);
  }
}

export function encodeLines(lines: readonly (readonly [key: string, number: number])[]): string {
  const sorted = [...lines].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([key, number]) => `${key}\t${number}\n`).join('');
}

/** A bar that shows how far a long job is; plain lines, and few of them, where nobody watches. */
export class ProgressLine {
  private shown = '';
  private told = '';

  /** @param bar whether `stream` is a terminal that somebody watches. */
  constructor(
    private readonly stream: NodeJS.WritableStream,
    private readonly bar: boolean,
  ) {}

  show(stage: string, done: number, total: number): void {
    const percent = Math.floor((100 * done) / Math.max(total, 1));
    if (!this.bar) {
      this.tell(`${stage}, ${10 * Math.floor(percent / 10)}%`);
      return;
    }
    const filled = Math.round(percent / 4);
    const line = `[${'█'.repeat(filled)}${'·'.repeat(25 - filled)}] ${String(percent).padStart(3)}%  ${stage}`;
    if (line === this.shown) return;
    this.shown = line;
    this.stream.write(`\r\u001b[K${line}`);
  }

  end(): void {
    if (this.shown !== '') this.stream.write('\r\u001b[K');
    this.shown = '';
  }

  private tell(line: string): void {
    if (line !== this.told) this.stream.write(`${line}\n`);
    this.told = line;
  }
}

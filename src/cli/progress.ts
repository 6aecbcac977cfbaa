/** A line on standard error that shows how far a long job is; plain lines, and few of them, where nobody watches. */
export class ProgressLine {
  private shown = '';
  private stage = '';

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show(stage: string, done: number, total: number): void {
    const percent = Math.floor((100 * done) / Math.max(total, 1));
    if (!this.stream.isTTY) {
      if (stage !== this.stage) this.stream.write(`${stage} …\n`);
      this.stage = stage;
      return;
    }
    const filled = Math.round(percent / 4);
    const line = `[${'█'.repeat(filled)}${'·'.repeat(25 - filled)}] ${String(percent).padStart(3)} %  ${stage}`;
    if (line === this.shown) return;
    this.shown = line;
    this.stream.write(`\r\u001b[K${line}`);
  }

  end(): void {
    if (this.shown !== '') this.stream.write('\r\u001b[K');
    this.shown = '';
  }
}

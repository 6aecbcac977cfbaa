import { phrase, type Phrase } from '../../modelFolder/phrase';
import type { CheckReport } from '../../protocol/installer';

/** Collects what a check has found. */
export class Report {
  private readonly lines: Phrase[] = [];
  private readonly problems: Phrase[] = [];

  /** Something that holds or not, in a sentence that gives what came out and what was allowed. */
  add(holds: boolean, line: Phrase): void {
    this.lines.push(holds ? line : phrase`FAILED: ${line}`);
    if (!holds) this.problems.push(line);
  }

  /** Something to know that can't fail. */
  note(line: Phrase): void {
    this.lines.push(line);
  }

  get ok(): boolean {
    return this.problems.length === 0;
  }

  finish(): CheckReport {
    return { ok: this.ok, lines: this.lines, problems: this.problems };
  }
}

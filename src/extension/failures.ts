import * as vscode from 'vscode';
import { worded } from './wording';

/** Sees to the failures of work that nobody waits for: each is logged, and its user is told. */
export class Failures {
  constructor(private readonly log: (line: string) => void) {}

  /** Lets work go on by itself. */
  watch(work: PromiseLike<unknown>): void {
    work.then(undefined, (error: unknown) => this.tell(error));
  }

  /** Does something its user asked for. Never rejects. */
  async run(task: () => unknown): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.tell(error);
    }
  }

  private tell(error: unknown): void {
    // What was called off is no failure.
    if (error instanceof Error && error.name === 'AbortError') return;
    this.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    vscode.window.showErrorMessage(worded(error)).then(undefined, () => undefined);
  }
}

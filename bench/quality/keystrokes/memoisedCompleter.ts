import type { Completer } from '../../../src/completion/completer';
import type { CompleteResult } from '../../../src/protocol/decoder';

/** Remembers every answer, so that a second replay of the same text asks the model nothing twice. */
export class MemoisedCompleter implements Completer {
  /** Milliseconds of each answer that the model worked for. */
  readonly latenciesMs: number[] = [];
  private readonly answers = new Map<string, CompleteResult>();

  constructor(private readonly completer: Completer) {}

  async complete(...[params, hooks]: Parameters<Completer['complete']>): Promise<CompleteResult> {
    const key = JSON.stringify(params);
    const known = this.answers.get(key);
    if (known) return known;
    const started = performance.now();
    const result = await this.completer.complete(params, hooks);
    this.latenciesMs.push(performance.now() - started);
    this.answers.set(key, result);
    return result;
  }

  /** Forgets the answers, when the text they belong to is done with. */
  clear(): void {
    this.answers.clear();
  }
}

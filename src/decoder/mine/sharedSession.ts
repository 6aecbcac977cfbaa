import type { KvCache } from '../session/kvCache';
import type { LogitRows, ModelSession } from '../session/session';

/** Waits for its turn to run one pass of the network, and runs it. @throws the signal's reason if it aborts first */
export type InTurn = <T>(pass: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/**
 * A session that others run passes on as well: each pass of its owner waits for a turn of its own, so that work that
 * nobody waits for holds up nobody for longer than a pass.
 */
export class SharedSession implements ModelSession {
  private waitedMs = 0;

  constructor(
    private readonly session: ModelSession,
    private readonly inTurn: InTurn,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Milliseconds without those spent waiting: what passes cost. */
  readonly now = (): number => this.clock() - this.waitedMs;

  get backend(): ModelSession['backend'] {
    return this.session.backend;
  }

  get vocabSize(): number {
    return this.session.vocabSize;
  }

  get cacheShape(): ModelSession['cacheShape'] {
    return this.session.cacheShape;
  }

  async forward(cache: KvCache, ids: readonly number[], rows: LogitRows, signal?: AbortSignal): Promise<Float32Array> {
    const asked = this.clock();
    return this.inTurn(async () => {
      this.waitedMs += this.clock() - asked;
      // A copy: the next pass over the session is another's, and writes where these stand.
      return (await this.session.forward(cache, ids, rows, signal)).slice();
    }, signal);
  }

  releaseCache(cache: KvCache): void {
    this.session.releaseCache(cache);
  }

  /** The session is its owner's. */
  async dispose(): Promise<void> {}
}

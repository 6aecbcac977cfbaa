import { PassEnded } from '../scheduler';
import type { KvCache } from '../session/kvCache';
import type { LogitRows, ModelSession } from '../session/session';

/**
 * Waits for its turn to run one pass of the network, and runs it. The pass may end itself with `PassEnded` when the signal
 * that it is given fires: somebody else wants to be next then. @throws the signal's reason if it aborts first
 */
export type InTurn = <T>(pass: (ended?: AbortSignal) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Tokens of a pass that is not worth ending, and of those that take the place of one that was ended. */
const SHORT = 16;

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
    /** Whether a long pass ends for whoever wants to be next, and is then made in short ones. */
    private readonly mayEnd: () => boolean = () => false,
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
    if (rows !== 'last' || ids.length <= SHORT || !this.mayEnd()) return this.turn(cache, ids, rows, signal, false);
    const { length } = cache;
    try {
      return await this.turn(cache, ids, rows, signal, true);
    } catch (error) {
      if (!(error instanceof PassEnded)) throw error;
    }
    try {
      let logits!: Float32Array;
      for (let at = 0; at < ids.length; at += SHORT) {
        logits = await this.turn(cache, ids.slice(at, at + SHORT), rows, signal, false);
      }
      return logits;
    } catch (error) {
      cache.truncate(length);
      throw error;
    }
  }

  private turn(
    cache: KvCache,
    ids: readonly number[],
    rows: LogitRows,
    signal: AbortSignal | undefined,
    mayEnd: boolean,
  ): Promise<Float32Array> {
    const asked = this.clock();
    return this.inTurn(async (ended) => {
      this.waitedMs += this.clock() - asked;
      const heeded = [signal, mayEnd ? ended : undefined].filter((one) => one !== undefined);
      const either = heeded.length > 1 ? AbortSignal.any(heeded) : heeded[0];
      // A copy: the next pass over the session is another's, and writes where these stand.
      return (await this.session.forward(cache, ids, rows, either)).slice();
    }, signal);
  }

  releaseCache(cache: KvCache): void {
    this.session.releaseCache(cache);
  }

  /** The session is its owner's. */
  async dispose(): Promise<void> {}
}

import type { ServerModel } from '../protocol/decoder';
import type { Failure } from '../protocol/failure';
import type { Clock } from './supervisor';

/** Pauses before a server that was lost is tried again: the first one, the second one, all others. */
export const RETRY_PAUSES_MS = [30_000, 120_000, 300_000] as const;

/** A server that shows no sign of life for so long, while somebody waits for it, is given up. */
export const PATIENCE_MS = 30_000;

/** What another try may not meet; the codes are those of `ServerError`. */
const PASSING = ['serverUnreachable', 'serverSilent', 'serverBusy', 'serverFailed', 'serverRefused', 'serverUnclear'];
/** What somebody has to do something about. */
const LASTING = ['serverRefusedKey', 'serverLacks', 'wrongModel'];

/** Whether a failure is a server's, and not the decoder's own. */
export function isServerFailure(failure: Failure | undefined): failure is Failure {
  return failure !== undefined && [...PASSING, ...LASTING].includes(failure.code);
}

/** A server that does not compute now, although it should. */
export interface LostServer {
  failure: Failure;
  /** Whether it is tried again by itself. */
  retries: boolean;
}

export interface ServerUseOptions {
  clock: Clock;
  /** Whether the server says anything at all. It is asked before the model that takes its place is let go. */
  answers(): Promise<boolean>;
  /** Another one computes from now on: the decoder has to load its model again. */
  reload(): void;
  /** Told once, until the server has answered again. */
  onLost(lost: LostServer): void;
  onChange(): void;
}

/** Who computes: a server, or this machine, which takes over while the server is away. */
export class ServerUse {
  private server: ServerModel | null = null;
  private loss: LostServer | null = null;
  /** Since it has last answered. */
  private losses = 0;
  private told = false;
  /** How long its answers were waited for since its last sign of life, milliseconds. */
  private waited = 0;
  private cancelRetry: (() => void) | null = null;

  constructor(private readonly options: ServerUseOptions) {}

  /** The server that computes; null: this machine does. */
  get current(): ServerModel | null {
    return this.loss ? null : this.server;
  }

  get lost(): LostServer | null {
    return this.loss;
  }

  /** Has a server compute from the next load on, or none; nothing is known of it. */
  use(server: ServerModel | null): void {
    this.server = server;
    this.forget();
    this.options.onChange();
  }

  /**
   * The server did not do what was asked: this machine takes over.
   * @returns whether that is news, so that the model has to be loaded here
   */
  failed(failure: Failure): boolean {
    if (this.current === null) return false;
    const retries = !LASTING.includes(failure.code);
    this.waited = 0;
    this.loss = { failure, retries };
    if (retries) this.retryLater(failure);
    if (!this.told || !retries) {
      this.told = true;
      this.options.onLost(this.loss);
    }
    this.options.onChange();
    return true;
  }

  /** The server has said something. */
  alive(): void {
    this.waited = 0;
  }

  /** The server has answered. */
  answered(): void {
    if (this.loss) return;
    this.losses = 0;
    this.told = false;
    this.waited = 0;
  }

  /**
   * A request was taken back before the server said anything: who types takes back nearly all of them, so that none of them would ever
   * be found to wait for too long.
   * @returns as `failed`
   */
  saidNothing(ms: number): boolean {
    this.waited += ms;
    return this.waited >= PATIENCE_MS && this.server !== null && this.failed(silence(this.server.host));
  }

  /** Tries the server at once, whatever it did before: somebody asks for it. @returns whether there is one */
  reconnect(): boolean {
    if (this.server === null) return false;
    this.forget();
    this.options.onChange();
    return true;
  }

  dispose(): void {
    this.server = null;
    this.forget();
  }

  private forget(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.loss = null;
    this.losses = 0;
    this.told = false;
    this.waited = 0;
  }

  private retryLater({ details }: Pick<Failure, 'details'> = {}): void {
    const pause = RETRY_PAUSES_MS[Math.min(this.losses, RETRY_PAUSES_MS.length - 1)]!;
    this.losses++;
    const wanted = details?.['retryAfterMs'];
    const { clock } = this.options;
    this.cancelRetry = clock.after(Math.max(pause, typeof wanted === 'number' ? wanted : 0), () => {
      this.retry().catch(() => this.retryLater());
    });
  }

  private async retry(): Promise<void> {
    this.cancelRetry = null;
    const { loss } = this;
    const answers = await this.options.answers();
    // Somebody may have done something about it meanwhile.
    if (loss === null || this.loss !== loss) return;
    if (!answers) {
      this.retryLater();
      return;
    }
    this.loss = null;
    this.options.onChange();
    this.options.reload();
  }
}

/** In the words of `ServerError.silent`. */
function silence(host: string): Failure {
  return {
    code: 'serverSilent',
    problem: { text: '{0} sent nothing for {1} seconds.', args: [host, PATIENCE_MS / 1000] },
    remedy: { text: 'Check the server, which may be overloaded.', args: [] },
    details: { host },
  };
}

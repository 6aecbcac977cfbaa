import type { InstalledModel, InstallOptions, InstallProgress, ModelSource } from '../../library/install/types';
import { sameInstall, type InstallRequest } from './sources';

/** How an installation ended. */
export type InstallOutcome =
  | { kind: 'installed'; model: InstalledModel }
  /** Its user stopped it; what was fetched is kept. */
  | { kind: 'stopped'; how: StopKind }
  | { kind: 'failed'; error: Error };

/** Paused: silently, to go on later. Cancelled: its user is asked what to do with what was fetched. */
export type StopKind = 'paused' | 'cancelled';

/** An installation under way. */
export interface Installation {
  /** What people call the model. */
  readonly label: string;
  readonly request: InstallRequest;
  readonly progress: InstallProgress | null;
  readonly outcome: Promise<InstallOutcome>;
  stop(how: StopKind): void;
  /** Ends it for a reason that is no wish of its user's. */
  interrupt(reason: Error): void;
  /** Calls back at each step of progress, until the outcome is there. */
  onProgress(listener: (progress: InstallProgress) => void): void;
}

/** Installs one model: `ModelInstaller.install` in the product. */
export type Install = (source: ModelSource, options: InstallOptions) => Promise<InstalledModel>;

const TELL_MS = 200;

/**
 * The installations of this window. The same model in the same precision is installed once, however
 * often it is asked for.
 */
export class Installations {
  private readonly entries: Running[] = [];

  /**
   * @param install carries out one installation
   * @param keepOriginal read at each start
   * @param onChange told of every start, step and end
   * @param now milliseconds
   */
  constructor(
    private readonly install: Install,
    private readonly keepOriginal: () => boolean,
    private readonly onChange: () => void,
    private readonly now: () => number,
  ) {}

  get running(): readonly Installation[] {
    return this.entries;
  }

  find(request: InstallRequest): Installation | undefined {
    return this.entries.find((entry) => sameInstall(entry.request, request));
  }

  /** Starts an installation, or returns the one under way. @param label what people call the model */
  start(request: InstallRequest, label: string): Installation {
    const running = this.find(request);
    if (running) return running;
    const onStep = sparingly(this.onChange, this.now);
    const entry = new Running(label, request, this.install, this.keepOriginal(), onStep);
    this.entries.push(entry);
    void entry.outcome.then(() => {
      this.entries.splice(this.entries.indexOf(entry), 1);
      this.onChange();
    });
    this.onChange();
    return entry;
  }

  /** Ends what runs for a reason that is no wish of its user's, such as the editor's end. */
  interrupt(reason: Error): void {
    for (const entry of this.entries) entry.interrupt(reason);
  }
}

class Running implements Installation {
  readonly outcome: Promise<InstallOutcome>;
  progress: InstallProgress | null = null;
  private readonly controller = new AbortController();
  private readonly listeners: ((progress: InstallProgress) => void)[] = [];
  private how: StopKind = 'cancelled';

  constructor(
    readonly label: string, readonly request: InstallRequest, install: Install, keepOriginal: boolean,
    onStep: (phase: string, step: () => void) => void,
  ) {
    const { signal } = this.controller;
    const onProgress = (progress: InstallProgress): void => {
      this.progress = progress;
      onStep(progress.phase, () => {
        for (const listener of this.listeners) listener(progress);
      });
    };
    this.outcome = install(request.source, { precision: request.precision, keepOriginal, signal, onProgress }).then(
      (model): InstallOutcome => ({ kind: 'installed', model }),
      (error: unknown): InstallOutcome =>
        // Whatever breaks when work is stopped midway, it was stopped.
        signal.aborted ? { kind: 'stopped', how: this.how } : { kind: 'failed', error: asError(error) },
    );
  }

  stop(how: StopKind): void {
    if (this.controller.signal.aborted) return;
    this.how = how;
    this.controller.abort();
  }

  interrupt(reason: Error): void {
    this.controller.abort(reason);
  }

  onProgress(listener: (progress: InstallProgress) => void): void {
    this.listeners.push(listener);
  }
}

/** Steps come by the hundred in a second; people read a few. A new phase is always told. */
function sparingly(onChange: () => void, now: () => number): (phase: string, step: () => void) => void {
  let [toldPhase, toldAt] = ['', -Infinity];
  return (phase, step) => {
    if (phase === toldPhase && now() - toldAt < TELL_MS) return;
    [toldPhase, toldAt] = [phase, now()];
    step();
    onChange();
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

import { basename } from 'node:path';
import type { KnownModel } from '../../library/catalogue/knownModel';
import type { InstalledModel, InstallOptions, InstallProgress, ModelSource } from '../../library/installation/types';
import type { Precision } from '../../modelFolder/format';

/** Something to be installed, in one form. */
export interface InstallRequest {
  source: ModelSource;
  precision: Precision;
}

/** How an installation ended. */
export type InstallOutcome =
  | {
      kind: 'installed';
      model: InstalledModel;
      /** Files of which no hash is published. */
      unverified: readonly string[];
    }
  /** Its user stopped it; what was fetched is kept. */
  | { kind: 'stopped'; how: StopKind }
  | { kind: 'failed'; error: unknown };

/** Paused: silently, to go on later. Cancelled: its user is asked what to do with what was fetched. */
export type StopKind = 'paused' | 'cancelled';

/** An installation under way. */
export interface Installation {
  /** What people call the model. */
  readonly label: string;
  readonly request: InstallRequest;
  readonly progress: InstallProgress | null;
  /** Never rejects. */
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
  private readonly entries: RunningInstallation[] = [];

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

  /** Starts an installation that is not under way (see `find`). @param label what people call the model */
  start(request: InstallRequest, label: string): Installation {
    const onStep = sparingly(this.onChange, this.now);
    const entry = new RunningInstallation(label, request, this.install, this.keepOriginal(), onStep, () => {
      this.entries.splice(this.entries.indexOf(entry), 1);
      this.onChange();
    });
    this.entries.push(entry);
    this.onChange();
    return entry;
  }

  /** Ends what runs for a reason that is no wish of its user's, such as the editor's end. */
  interrupt(reason: Error): void {
    for (const entry of this.entries) entry.interrupt(reason);
  }
}

class RunningInstallation implements Installation {
  readonly outcome: Promise<InstallOutcome>;
  progress: InstallProgress | null = null;
  private readonly controller = new AbortController();
  private readonly listeners: ((progress: InstallProgress) => void)[] = [];
  private how: StopKind = 'cancelled';

  constructor(
    readonly label: string,
    readonly request: InstallRequest,
    install: Install,
    keepOriginal: boolean,
    onStep: (phase: string, step: () => void) => void,
    onEnd: () => void,
  ) {
    const { signal } = this.controller;
    const onProgress = (progress: InstallProgress): void => {
      this.progress = progress;
      onStep(progress.phase, () => {
        for (const listener of this.listeners) listener(progress);
      });
    };
    let unverified: readonly string[] = [];
    const onUnverified = (files: readonly string[]): void => void (unverified = files);
    const { source, precision } = request;
    this.outcome = install(source, { precision, keepOriginal, signal, onProgress, onUnverified })
      .then(
        (model): InstallOutcome => ({ kind: 'installed', model, unverified }),
        (error: unknown): InstallOutcome =>
          // Whatever breaks when work is stopped midway, it was stopped.
          signal.aborted ? { kind: 'stopped', how: this.how } : { kind: 'failed', error },
      )
      .finally(onEnd);
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

/** Whether pausing makes sense: work on this machine alone is stopped, not paused. */
export function canPause({ request, progress }: Pick<Installation, 'request' | 'progress'>): boolean {
  const fetching = progress === null || progress.phase === 'resolve' || progress.phase === 'download';
  return fetching && request.source.kind !== 'local';
}

/** What people call a source. */
export function sourceLabel(source: ModelSource, known: readonly KnownModel[]): string {
  switch (source.kind) {
    case 'known':
      return known.find(({ id }) => id === source.id)?.name ?? source.id;
    case 'hub':
      return source.repo;
    case 'local':
      return basename(source.path);
  }
}

export function sameInstall(one: InstallRequest, other: InstallRequest): boolean {
  return one.precision === other.precision && sameSource(one.source, other.source);
}

export function sameSource(one: ModelSource, other: ModelSource): boolean {
  if (one.kind === 'known') return other.kind === 'known' && one.id === other.id;
  if (one.kind === 'local') return other.kind === 'local' && one.path === other.path;
  return other.kind === 'hub' && one.repo === other.repo && (one.revision ?? 'main') === (other.revision ?? 'main');
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

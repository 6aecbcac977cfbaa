import * as vscode from 'vscode';
import type { InstalledModel, InstallProgress } from '../../library/install/types';
import type { ModelBackend } from './backend';
import type { Installation, Installations, InstallOutcome } from './installations';
import { overallFraction, progressText } from './progressText';
import { sameSource, sourceLabel, type InstallRequest } from './sources';
import { formatPercent } from './units';

export interface InstallFlowOptions {
  backend(): Promise<ModelBackend>;
  installations: Installations;
  /** A model is there, new or anew: it is used from now on. */
  onInstalled(model: InstalledModel): Promise<void>;
  log(line: string): void;
}

/** An installation as its user sees it: a notification with its progress, and a message at its end. */
export class InstallFlow {
  constructor(private readonly options: InstallFlowOptions) {}

  /** Installs a model and tells how it went; for one that is being installed, shows its progress. */
  async run(request: InstallRequest): Promise<void> {
    const { installations } = this.options;
    const running = installations.find(request);
    if (running) return this.watch(running);
    const installation = installations.start(request, await this.labelOf(request));
    void this.watch(installation);
    await this.tell(installation, await installation.outcome);
  }

  /** Shows the progress of an installation until it ends. */
  async watch(installation: Installation): Promise<void> {
    const { label, request } = installation;
    const title = `Installing ${label} (${request.precision})`;
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await vscode.window.withProgress(options, (bar, token) => {
      token.onCancellationRequested(() => installation.stop('cancelled'));
      let shown = 0;
      const show = (progress: InstallProgress | null): void => {
        const percent = overallFraction(progress, request) * 100;
        bar.report({ message: progressText(progress, label, request), increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
      };
      show(installation.progress);
      installation.onProgress(show);
      return installation.outcome;
    });
  }

  /** Deletes what an unfinished installation has fetched. */
  async discard(request: Pick<InstallRequest, 'source'>): Promise<void> {
    const { store } = await this.options.backend();
    const begun = (await store.unfinished()).find(({ source }) => sameSource(source, request.source));
    if (begun) await store.discard(begun);
  }

  private async tell({ request, label }: Installation, outcome: InstallOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'installed':
        return this.options.onInstalled(outcome.model);
      case 'stopped':
        return outcome.how === 'paused' ? this.tellOfPause(request, label) : this.tellOfCancel(request, label);
      case 'failed':
        this.options.log(`Installing ${label} failed: ${outcome.error.stack ?? outcome.error.message}`);
        return this.tellOfFailure(request, label, outcome.error);
    }
  }

  private async tellOfPause(request: InstallRequest, label: string): Promise<void> {
    const share = await this.shareFetched(request);
    const at = share === undefined ? '' : ` at ${formatPercent(share)}`;
    vscode.window.setStatusBarMessage(`$(debug-pause) The download of ${label} is paused${at}.`, 8000);
  }

  /** Says what a cancelled or interrupted installation has left, and offers to go on with it or to throw it away. */
  async tellOfCancel(request: InstallRequest, label: string): Promise<void> {
    const share = await this.shareFetched(request);
    if (share === undefined) {
      void vscode.window.showInformationMessage(`Installing ${label} was cancelled. Nothing was changed.`);
      return;
    }
    const [resume, discard] = ['Resume', 'Discard'] as const;
    const stopped = share < 1
      ? `The download of ${label} was stopped at ${formatPercent(share)}.`
      : `Installing ${label} was stopped.`;
    const picked = await vscode.window.showInformationMessage(`${stopped} What was fetched is kept.`, resume, discard);
    if (picked === resume) await this.run(request);
    if (picked === discard) await this.discard(request);
  }

  private async tellOfFailure(request: InstallRequest, label: string, { message }: Error): Promise<void> {
    const [again, showLog] = ['Try Again', 'Show Log'] as const;
    const text = `${label} could not be installed. ${message}`;
    const picked = await vscode.window.showErrorMessage(text, again, showLog);
    if (picked === again) await this.run(request);
    if (picked === showLog) await vscode.commands.executeCommand('biogpt.showLog');
  }

  /** How much of an unfinished installation is downloaded, 0 to 1; undefined when nothing is. */
  private async shareFetched({ source }: InstallRequest): Promise<number | undefined> {
    const { store } = await this.options.backend();
    const begun = (await store.unfinished()).find((install) => sameSource(install.source, source));
    return begun && begun.doneBytes > 0 ? begun.doneBytes / begun.totalBytes : undefined;
  }

  private async labelOf({ source }: InstallRequest): Promise<string> {
    return sourceLabel(source, (await this.options.backend()).catalogue.models);
  }
}

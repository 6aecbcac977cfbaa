import * as vscode from 'vscode';
import { HubError } from '../../library/hub/hubError';
import type { UnfinishedInstall } from '../../library/installation/modelStore';
import type { InstallProgress } from '../../library/installation/types';
import { formatPercent } from '../units';
import { worded } from '../wording';
import { setAccessToken } from './accessTokenCommands';
import { labelOf, type ModelContext } from './context';
import { sameSource, sourceLabel, type Installation, type InstallOutcome, type InstallRequest } from './installations';
import { overallFraction, progressText } from './progress';
import { setModel } from './switchModel';

/*
 * An installation as its user sees it: a notification with its progress, a message at its end, and after an
 * interruption the offer to go on.
 */

/** Installs a model and tells how it went; for one that is being installed, shows its progress. */
export async function install(context: ModelContext, request: InstallRequest): Promise<void> {
  const { installations, failures } = context;
  const label = await labelOfRequest(context, request);
  // Asked once all is known that takes time: of two that ask at once, one starts it and tells of its end.
  const running = installations.find(request);
  if (running) return watchInstallation(running);
  const installation = installations.start(request, label);
  failures.watch(watchInstallation(installation));
  await tellOutcome(context, installation, await installation.outcome);
}

/** Shows the progress of an installation until it ends. */
export async function watchInstallation(installation: Installation): Promise<void> {
  const { label, request } = installation;
  const title = vscode.l10n.t('Installing {0} ({1})', label, request.precision);
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

/** Says what a cancelled or interrupted installation has left, and offers to go on with it or to throw it away. */
export async function tellOfCancel(context: ModelContext, request: InstallRequest, label: string): Promise<void> {
  const share = await shareFetched(context, request);
  if (share === undefined) {
    const message = vscode.l10n.t('The installation of {0} was canceled. Nothing was changed.', label);
    await vscode.window.showInformationMessage(message);
    return;
  }
  const message =
    share < 1
      ? vscode.l10n.t(
          'The download of {0} was canceled at {1}. The files downloaded so far are kept.',
          label,
          formatPercent(share),
        )
      : vscode.l10n.t('The installation of {0} was canceled. The downloaded files are kept.', label);
  const [resume, discard] = [vscode.l10n.t('Resume'), vscode.l10n.t('Discard')];
  const picked = await vscode.window.showInformationMessage(message, resume, discard);
  if (picked === resume) await install(context, request);
  if (picked === discard) await discardDownload(context, request);
}

/** Deletes what an unfinished installation has fetched. */
export async function discardDownload(context: ModelContext, request: Pick<InstallRequest, 'source'>): Promise<void> {
  const begun = await unfinishedOf(context, request);
  if (begun) await (await context.backend()).store.discard(begun);
}

async function tellOutcome(context: ModelContext, { request, label }: Installation, outcome: InstallOutcome) {
  switch (outcome.kind) {
    case 'installed': {
      const { model, unverified } = outcome;
      await context.failedChecks.forget(model.dir);
      if (model.description.task) {
        // It was tuned to read texts, not to write them.
        await vscode.window.showInformationMessage(
          vscode.l10n.t('{0} is installed. You can now use it for text mining.', labelOf(model)),
        );
        return;
      }
      await setModel(context, model);
      const message = vscode.l10n.t('{0} is installed and in use.', labelOf(model));
      const files = unverified.join(', ');
      const caution = vscode.l10n.t('The server publishes no hash of {0}, so only the size of the files could be checked.', files);
      await (unverified.length === 0
        ? vscode.window.showInformationMessage(message)
        : vscode.window.showWarningMessage(`${message} ${caution}`));
      return;
    }
    case 'stopped':
      return outcome.how === 'paused' ? tellOfPause(context, request, label) : tellOfCancel(context, request, label);
    case 'failed':
      return tellOfFailure(context, request, label, outcome.error);
  }
}

async function tellOfPause(context: ModelContext, request: InstallRequest, label: string): Promise<void> {
  const share = await shareFetched(context, request);
  const message =
    share === undefined
      ? vscode.l10n.t('The download of {0} is paused.', label)
      : vscode.l10n.t('The download of {0} is paused at {1}.', label, formatPercent(share));
  vscode.window.setStatusBarMessage(`$(debug-pause) ${message}`, 8000);
}

async function tellOfFailure(context: ModelContext, request: InstallRequest, label: string, error: unknown) {
  context.log(`Installing ${label} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  const [again, showLog] = [vscode.l10n.t('Try Again'), vscode.l10n.t('Show Log')];
  const setToken = vscode.l10n.t('Set Access Token…');
  const offered = error instanceof HubError && error.access !== undefined ? [setToken] : [];
  const message = vscode.l10n.t('{0} could not be installed. {1}', label, worded(error));
  const picked = await vscode.window.showErrorMessage(message, ...offered, again, showLog);
  if (picked === setToken && (await setAccessToken(context))) await install(context, request);
  if (picked === again) await install(context, request);
  if (picked === showLog) await vscode.commands.executeCommand('biogpt.showLog');
}

/** How much of an unfinished installation is downloaded, 0 to 1; undefined when nothing is. */
async function shareFetched(context: ModelContext, request: InstallRequest): Promise<number | undefined> {
  const begun = await unfinishedOf(context, request);
  return begun && begun.doneBytes > 0 ? begun.doneBytes / begun.totalBytes : undefined;
}

async function unfinishedOf(
  { backend }: ModelContext,
  request: Pick<InstallRequest, 'source'>,
): Promise<UnfinishedInstall | undefined> {
  const { store } = await backend();
  return (await store.unfinished()).find(({ source }) => sameSource(source, request.source));
}

async function labelOfRequest({ backend }: ModelContext, { source }: InstallRequest): Promise<string> {
  return sourceLabel(source, (await backend()).catalogue.models);
}

const OFFERED = 'models.offeredToResume';

/**
 * After the editor's end or a crash in the middle of an installation, the next window offers to go on: once. Tidies up
 * what crashes have left. Asks the disk only.
 */
export async function offerUnfinished(context: ModelContext): Promise<void> {
  const { memory, failures } = context;
  const { store, catalogue } = await context.backend();
  await store.cleanLeftovers();
  // Of many windows that open at once, one asks.
  await focused();
  const interrupted = (await store.unfinished()).filter(({ busy, paused }) => !busy && !paused);
  const offered = memory.get<string[]>(OFFERED, []);
  const fresh = interrupted.filter((unfinished) => !offered.includes(nameOf(unfinished)));
  await memory.update(OFFERED, interrupted.map(nameOf));
  for (const unfinished of fresh) {
    failures.watch(offerToResume(context, unfinished, sourceLabel(unfinished.source, catalogue.models)));
  }
}

async function offerToResume(context: ModelContext, unfinished: UnfinishedInstall, label: string): Promise<void> {
  const { doneBytes, totalBytes } = unfinished;
  const message =
    doneBytes < totalBytes
      ? vscode.l10n.t('The download of {0} was interrupted at {1}.', label, formatPercent(doneBytes / totalBytes))
      : vscode.l10n.t('The installation of {0} was interrupted after the download. Resume to finish it.', label);
  const [resume, discard, later] = [vscode.l10n.t('Resume'), vscode.l10n.t('Discard'), vscode.l10n.t('Later')];
  const picked = await vscode.window.showInformationMessage(message, resume, discard, later);
  if (picked === resume) await install(context, unfinished);
  if (picked === discard) await discardDownload(context, unfinished);
}

/** Resolves when this window has the focus. */
function focused(): Promise<void> {
  if (vscode.window.state.focused) return Promise.resolve();
  return new Promise((resolve) => {
    const listening = vscode.window.onDidChangeWindowState((state) => {
      if (!state.focused) return;
      listening.dispose();
      resolve();
    });
  });
}

/** Interrupted again at another place, it is offered again. */
function nameOf({ key, doneBytes }: UnfinishedInstall): string {
  return `${key} ${doneBytes}`;
}

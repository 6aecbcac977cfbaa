import * as vscode from 'vscode';
import type { DamagedModel } from '../../library/installation/modelStore';
import type { InstalledModel } from '../../library/installation/types';
import type { CheckReport, InstallStageProgress } from '../../protocol/installer';
import { formatBytes, formatPercent } from '../units';
import { wordedPhrase, wordedWithoutPath } from '../wording';
import { isChosen } from './chosenModel';
import { labelOf, type ModelContext } from './context';
import { install } from './installFlow';
import { sameRevision } from './modelList';
import { setModel, switchAway } from './switchModel';

/* What can be done with a model that is here: using, verifying, updating, reinstalling and deleting it. */

/** Uses a model from now on; one that has failed verification must pass it first. */
export async function useModel(context: ModelContext, model: InstalledModel): Promise<void> {
  if (context.failedChecks.reasonOf(model.dir) !== undefined && !(await verifyModel(context, model))) return;
  await setModel(context, model);
  const message = vscode.l10n.t('{0} is now in use.', labelOf(model));
  vscode.window.setStatusBarMessage(`$(check) ${message}`, 5000);
}

/**
 * *Verify Model…*: checks a model's hashes and numbers, tells the result, and turns to the starter if it fails.
 * @returns whether it passed; false too if the check was called off
 */
export async function verifyModel(context: ModelContext, model: InstalledModel): Promise<boolean> {
  const { failedChecks, failures, log, starterDir } = context;
  const label = labelOf(model);
  const report = await check(context, model, label);
  if (report === undefined) return false;
  log(`${label} ${report.ok ? 'passes' : 'fails'} verification (${model.dir}):`);
  for (const line of report.lines) log(`  ${wordedPhrase(line)}`);
  if (report.ok) {
    await failedChecks.forget(model.dir);
    failures.watch(tellOfPass(label, report));
    return true;
  }
  const reason = report.problems.map((problem) => wordedWithoutPath(wordedPhrase(problem), model.dir)).join(' ');
  if (model.dir === starterDir) {
    // Nothing could take its place.
    const message = vscode.l10n.t('{0} failed verification. {1} Reinstall the extension.', label, reason);
    failures.watch(vscode.window.showErrorMessage(message));
    return false;
  }
  await failedChecks.remember(model.dir, reason);
  await switchAway(context, model);
  failures.watch(tellOfFailure(context, model, label, reason));
  return false;
}

async function check(
  { backend }: ModelContext,
  model: InstalledModel,
  label: string,
): Promise<CheckReport | undefined> {
  const { installer } = await backend();
  const title = vscode.l10n.t('Verifying {0}', label);
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const controller = new AbortController();
  return vscode.window.withProgress(options, async (bar, token) => {
    token.onCancellationRequested(() => controller.abort());
    let shown = 0;
    const onProgress = ({ stage, fraction }: InstallStageProgress): void => {
      const percent = stage === 'verify' ? fraction * 50 : 50 + fraction * 50;
      const message =
        stage === 'verify'
          ? vscode.l10n.t('Verifying the files: {0}', formatPercent(fraction))
          : vscode.l10n.t('Testing the model: {0}', formatPercent(fraction));
      bar.report({ message, increment: Math.max(0, percent - shown) });
      shown = Math.max(shown, percent);
    };
    try {
      return await installer.verify(model, { signal: controller.signal, onProgress });
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    }
  });
}

async function tellOfPass(label: string, { lines }: CheckReport): Promise<void> {
  const showLog = vscode.l10n.t('Show Log');
  const message =
    lines.length === 1
      ? vscode.l10n.t('{0} passed verification (1 check).', label)
      : vscode.l10n.t('{0} passed verification ({1} checks).', label, lines.length);
  const picked = await vscode.window.showInformationMessage(message, showLog);
  if (picked === showLog) await vscode.commands.executeCommand('biogpt.showLog');
}

async function tellOfFailure(context: ModelContext, model: InstalledModel, label: string, reason: string) {
  const [again, remove, showLog] = [vscode.l10n.t('Reinstall'), vscode.l10n.t('Delete…'), vscode.l10n.t('Show Log')];
  const offered = model.shared ? [showLog] : [again, remove, showLog];
  const message = vscode.l10n.t('{0} failed verification and will not be used. {1}', label, reason);
  const picked = await vscode.window.showErrorMessage(message, ...offered);
  if (picked === again) await reinstallModel(context, model);
  if (picked === remove) await deleteModel(context, model);
  if (picked === showLog) await vscode.commands.executeCommand('biogpt.showLog');
}

/**
 * *Update Model…*: installs the revision that a model would have today, in the same precision. Asks the Hub where the
 * catalogue does not know.
 * @throws HubError; ModelError if downloads are forbidden
 */
export async function updateModel(context: ModelContext, model: InstalledModel): Promise<void> {
  const label = labelOf(model);
  const { origin, precision } = model.description;
  const { installer, catalogue } = await context.backend();
  if (origin?.repo === undefined) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t('{0} was installed from a file or folder. To update it, install the new version.', label),
    );
    return;
  }
  const title = vscode.l10n.t('Checking for an update for {0}', label);
  const options = { location: vscode.ProgressLocation.Window, title };
  const latest = await vscode.window.withProgress(options, () => installer.latestRevision(model));
  if (latest === undefined || sameRevision(latest, origin.revision)) {
    await vscode.window.showInformationMessage(vscode.l10n.t('{0} is up to date.', label));
    return;
  }
  const known = origin.knownModel === undefined ? undefined : catalogue.find(origin.knownModel);
  const revision = latest.slice(0, 7);
  const download = known
    ? vscode.l10n.t('Downloads {0} from {1} (revision {2}).', formatBytes(known.downloadBytes), origin.repo, revision)
    : vscode.l10n.t('Downloads the new version from {0} (revision {1}).', origin.repo, revision);
  const detail = `${download} ${vscode.l10n.t('You can use the old version until the new one is installed.')}`;
  const question = vscode.l10n.t('An update for {0} is available.', label);
  const update = vscode.l10n.t('Update');
  const picked = await vscode.window.showInformationMessage(question, { modal: true, detail }, update);
  if (picked !== update) return;
  await install(context, {
    source: known ? { kind: 'known', id: known.id } : { kind: 'hub', repo: origin.repo, revision: latest },
    precision,
  });
}

/** Installs a model anew, from where it came; where nobody knows where that was, shows the list. */
export async function reinstallModel(
  context: ModelContext,
  { description: { origin, precision } }: InstalledModel,
): Promise<void> {
  const { catalogue } = await context.backend();
  if (origin?.knownModel !== undefined && catalogue.find(origin.knownModel)) {
    await install(context, { source: { kind: 'known', id: origin.knownModel }, precision });
  } else if (origin?.repo !== undefined) {
    const { repo, revision } = origin;
    const source = { kind: 'hub', repo, ...(revision !== undefined && { revision }) } as const;
    await install(context, { source, precision });
  } else {
    await vscode.commands.executeCommand('biogpt.chooseModel');
  }
}

/** *Delete Model…*: asks, lets the starter take over, and deletes. @throws ModelError if it can't be deleted */
export async function deleteModel(context: ModelContext, model: InstalledModel): Promise<void> {
  const detail = [
    vscode.l10n.t('This frees {0} of disk space.', formatBytes(model.bytes)),
    isChosen(context.settings().use, model)
      ? vscode.l10n.t('You are using this model. After it is deleted, the starter model is used.')
      : vscode.l10n.t('You can install it again at any time.'),
  ].join(' ');
  const question = vscode.l10n.t('Delete {0}?', labelOf(model));
  if (await confirmedDeletion(question, detail)) await remove(context, model);
}

/** As `deleteModel`, for a folder that holds no usable model. */
export async function deleteDamagedModel(context: ModelContext, { dir, error }: DamagedModel): Promise<void> {
  const name = dir.split(/[/\\]/).at(-1)!;
  const question = vscode.l10n.t('Delete {0}?', name);
  if (await confirmedDeletion(question, wordedWithoutPath(error, dir))) {
    await remove(context, { name, dir, shared: false });
  }
}

async function remove(context: ModelContext, model: Pick<InstalledModel, 'name' | 'dir' | 'shared'>): Promise<void> {
  const { backend, failedChecks, hold } = context;
  await switchAway(context, model);
  const letGo = await hold(model.dir);
  try {
    const { store } = await backend();
    await store.remove(model);
  } finally {
    letGo();
  }
  await failedChecks.forget(model.dir);
}

async function confirmedDeletion(question: string, detail: string): Promise<boolean> {
  const yes = vscode.l10n.t('Delete');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) === yes;
}


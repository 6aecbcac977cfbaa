import * as vscode from 'vscode';
import type { InstalledModel } from '../../library/install/types';
import type { CheckReport, InstallStageProgress } from '../../protocol/installer';
import type { ModelBackend } from './backend';
import type { FailedChecks } from './failedChecks';
import { withoutPath } from './problems';
import { formatPercent } from './units';

export interface VerifyOptions {
  backend(): Promise<ModelBackend>;
  starterDir: string;
  failedChecks: FailedChecks;
  /** The model is not to be used; the starter takes over if it is. */
  onFailed(model: InstalledModel): Promise<void>;
  installAgain(model: InstalledModel): Promise<void>;
  remove(model: InstalledModel): Promise<void>;
  log(line: string): void;
}

/** *Verify Model*: hashes and numbers of an installed model, and what follows when they are wrong. */
export class ModelVerification {
  constructor(private readonly options: VerifyOptions) {}

  /** Checks a model and tells the result. @returns whether it passed; false too if the check was called off */
  async run(model: InstalledModel): Promise<boolean> {
    const label = labelOf(model);
    const report = await this.check(model, label);
    if (report === undefined) return false;
    const { failedChecks, log } = this.options;
    log(`${label} ${report.ok ? 'passes' : 'fails'} its check (${model.dir}):`);
    for (const line of report.lines) log(`  ${line}`);
    if (report.ok) {
      await failedChecks.forget(model.dir);
      void this.tellOfPass(label, report);
      return true;
    }
    const reason = report.problems.map((problem) => withoutPath(problem, model.dir)).join(' ');
    if (model.dir === this.options.starterDir) {
      // Nothing could take its place.
      void vscode.window.showErrorMessage(`${label} fails its check. ${reason} Install the extension again.`);
      return false;
    }
    await failedChecks.remember(model.dir, reason);
    await this.options.onFailed(model);
    void this.tellOfFailure(model, label, reason);
    return false;
  }

  private async check(model: InstalledModel, label: string): Promise<CheckReport | undefined> {
    const { installer } = await this.options.backend();
    const options = { location: vscode.ProgressLocation.Notification, title: `Verifying ${label}`, cancellable: true };
    const controller = new AbortController();
    return vscode.window.withProgress(options, async (bar, token) => {
      token.onCancellationRequested(() => controller.abort());
      let shown = 0;
      const onProgress = ({ stage, fraction }: InstallStageProgress): void => {
        const percent = stage === 'verify' ? fraction * 50 : 50 + fraction * 50;
        const doing = stage === 'verify' ? 'Reading its files' : 'Checking what it computes';
        bar.report({ message: `${doing}: ${formatPercent(fraction)}`, increment: Math.max(0, percent - shown) });
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

  private async tellOfPass(label: string, { lines }: CheckReport): Promise<void> {
    const showLog = 'Show Log';
    const checks = lines.length === 1 ? '1 check' : `${lines.length} checks`;
    const picked = await vscode.window.showInformationMessage(`${label} is sound: it passes ${checks}.`, showLog);
    if (picked === showLog) await vscode.commands.executeCommand('biogpt.showLog');
  }

  private async tellOfFailure(model: InstalledModel, label: string, reason: string): Promise<void> {
    const [again, remove, showLog] = ['Install Again', 'Delete', 'Show Log'] as const;
    const offered = model.shared ? [showLog] : [again, remove, showLog];
    const message = `${label} fails its check and is not used. ${reason}`;
    const picked = await vscode.window.showErrorMessage(message, ...offered);
    if (picked === again) await this.options.installAgain(model);
    if (picked === remove) await this.options.remove(model);
    if (picked === showLog) await vscode.commands.executeCommand('biogpt.showLog');
  }
}

export function labelOf({ description: { name, precision } }: Pick<InstalledModel, 'description'>): string {
  return `${name} (${precision})`;
}

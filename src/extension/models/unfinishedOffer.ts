import * as vscode from 'vscode';
import type { UnfinishedInstall } from '../../library/install/modelStore';
import type { ModelBackend } from './backend';
import type { Memory } from './failedChecks';
import type { InstallFlow } from './installFlow';
import { sourceLabel } from './sources';
import { formatPercent } from './units';

const KEY = 'models.offeredToResume';

export interface UnfinishedOfferOptions {
  backend(): Promise<ModelBackend>;
  flow: Pick<InstallFlow, 'run' | 'discard'>;
  memory: Memory;
}

/** After the editor's end or a crash in the middle of an installation, the next window offers to go on: once. */
export class UnfinishedOffer {
  constructor(private readonly options: UnfinishedOfferOptions) {}

  /** Tidies up what crashes have left, then offers what was interrupted. Asks the disk only. */
  async run(): Promise<void> {
    const { store, catalogue } = await this.options.backend();
    await store.cleanLeftovers();
    // Of many windows that open at once, one asks.
    await focused();
    const interrupted = (await store.unfinished()).filter(({ busy, paused }) => !busy && !paused);
    const { memory } = this.options;
    const offered = memory.get<string[]>(KEY, []);
    const fresh = interrupted.filter((install) => !offered.includes(nameOf(install)));
    await memory.update(KEY, interrupted.map(nameOf));
    for (const install of fresh) void this.offer(install, sourceLabel(install.source, catalogue.models));
  }

  private async offer(install: UnfinishedInstall, label: string): Promise<void> {
    const [resume, discard, later] = ['Resume', 'Discard', 'Later'] as const;
    const { doneBytes, totalBytes } = install;
    const message = doneBytes < totalBytes
      ? `The download of ${label} stopped at ${formatPercent(doneBytes / totalBytes)}.`
      : `Installing ${label} was interrupted. Everything is downloaded.`;
    const picked = await vscode.window.showInformationMessage(message, resume, discard, later);
    if (picked === resume) await this.options.flow.run(install);
    if (picked === discard) await this.options.flow.discard(install);
  }
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

import * as vscode from 'vscode';
import type { Hold, InstalledModel } from '../../library/installation/types';
import type { Failures } from '../failures';
import { OriginSecrets } from '../originSecrets';
import type { ModelSettings } from '../settings';
import type { InstallNote } from '../status';
import { deleteAccessToken, setAccessToken } from './accessTokenCommands';
import type { ModelBackend } from './backend';
import { ChosenModel, FailedChecks, type Fallback, type Memory } from './chosenModel';
import * as commands from './commands';
import { InstallStateKeys, type InstallState, type ModelContext } from './context';
import { offerUnfinished } from './installFlow';
import { canPause, Installations } from './installations';
import { installKnown } from './newModel';
import { installNote } from './progress';

export interface ModelManagementOptions {
  /** The model that comes with the extension. */
  starterDir: string;
  /** Folder of this user's models. */
  modelsDir: string;
  /** The installer's bundle, `dist/installer.cjs`. */
  installerModule: string;
  memory: Memory;
  secrets: vscode.SecretStorage;
  failures: Failures;
  settings(): ModelSettings;
  /** Writes `biogpt.model.use`. */
  use(value: string): Promise<void>;
  /** The decoder loads its model anew. */
  restart(): void;
  /** Has our decoder let go of a model folder. */
  hold: Hold;
  /** The server that computes in place of this machine, or would if it were not away. */
  server(): string | undefined;
  /** Told how an installation gets on; undefined when none runs. */
  onInstalling(note: InstallNote | undefined): void;
  log(line: string): void;
}

export interface ModelManagement extends vscode.Disposable {
  chosen: ChosenModel;
  /** By their names in package.json, without `biogpt.`. */
  commands: Record<string, () => Promise<void>>;
  /** What the status-bar menu offers. */
  readonly installState: InstallState;
  /** Models on this machine but the starter. */
  installed(): Promise<readonly InstalledModel[]>;
  /** Folders of model folders, the first one first. */
  roots(): readonly string[];
  /** Asks for a precision and installs a model that BioGPT Writer knows. */
  installKnown(id: string): Promise<void>;
  /** What has been in the way of the chosen model may be gone. */
  tryAgain(): void;
}

/** How long after the start the disk is looked at: the editor has better things to do at first. */
const LOOK_AFTER_MS = 5_000;

/** Puts the parts of model management together. */
export function manageModels(options: ModelManagementOptions): ModelManagement {
  const { modelsDir, settings, failures, onInstalling, memory } = options;
  const installState = new InstallStateKeys(failures);
  const installations = new Installations(
    async (source, how) => (await context.backend()).installer.install(source, how),
    () => settings().keepOriginal,
    () => {
      const { running } = installations;
      installState.set({ installing: running.length > 0, downloading: running.some(canPause) });
      const [first] = running;
      onInstalling(first && installNote(first.label, first.request, first.progress));
      if (!first) failures.watch(lookForPaused(context));
    },
    () => performance.now(),
  );
  const tokens = new OriginSecrets(options.secrets, 'hubToken');
  const context: ModelContext = {
    ...options,
    tokens,
    failedChecks: new FailedChecks(memory),
    installations,
    installState,
    roots: () => [modelsDir, settings().sharedFolder].filter((root) => root !== ''),
    // What downloads and converts is loaded when it is first needed, not when the editor starts.
    backend: async (): Promise<ModelBackend> => (await import('./backend')).openBackend({ ...options, tokens }),
  };
  const notice = new FallbackNotice(context);
  const chosen = new ChosenModel({
    use: () => settings().use,
    roots: context.roots,
    starterDir: context.starterDir,
    failedCheck: (modelDir) => context.failedChecks.reasonOf(modelDir),
    onChoice: (fallback) => notice.tell(fallback),
  });
  const command = (task: (context: ModelContext) => unknown) => () => failures.run(() => task(context));

  const look = setTimeout(
    () => failures.watch(offerUnfinished(context).then(() => lookForPaused(context))),
    LOOK_AFTER_MS,
  );
  return {
    chosen,
    commands: {
      chooseModel: command(commands.chooseModel),
      verifyModel: command(commands.chooseAndVerify),
      updateModel: command(commands.chooseAndUpdate),
      deleteModel: command(commands.chooseAndDelete),
      showModels: command(commands.openModelsFolder),
      setAccessToken: command(setAccessToken),
      deleteAccessToken: command(deleteAccessToken),
      pauseDownload: command(commands.pauseDownloads),
      resumeDownload: command(commands.resumeDownload),
      cancelDownload: command(commands.cancelInstallation),
    },
    get installState() {
      return installState.state;
    },
    installed: async () => (await (await context.backend()).store.list()).models,
    roots: context.roots,
    async installKnown(id) {
      const known = (await context.backend()).catalogue.models.find((model) => model.id === id);
      if (known) await installKnown(context, known);
    },
    tryAgain() {
      chosen.tryAgain();
      notice.reset();
    },
    dispose() {
      clearTimeout(look);
      if (installations.running.length === 0) return;
      failures.watch(import('./backend').then(({ windowEnds }) => installations.interrupt(windowEnds())));
    },
  };
}

async function lookForPaused({ backend, installState }: ModelContext): Promise<void> {
  const { store } = await backend();
  installState.set({ downloadPaused: (await store.unfinished()).some(({ busy }) => !busy) });
}

/** Tells once, for each reason, that the starter is used instead of the chosen model. */
class FallbackNotice {
  private told: string | undefined;

  constructor(private readonly context: ModelContext) {}

  tell(fallback: Fallback | undefined): void {
    const notice = fallback && `${fallback.wanted}\n${fallback.reason}`;
    if (notice === this.told) return;
    this.told = notice;
    if (fallback) this.context.failures.watch(this.show(fallback));
  }

  /** Someone asks for a model again: what is still in the way is told again. */
  reset(): void {
    this.told = undefined;
  }

  private async show({ wanted, reason }: Fallback): Promise<void> {
    const [choose, again] = [vscode.l10n.t('Choose Model…'), vscode.l10n.t('Reinstall')];
    const message = vscode.l10n.t(
      'BioGPT Writer uses the starter model because {0} is not available. {1}',
      wanted,
      reason,
    );
    const picked = await vscode.window.showWarningMessage(message, choose, again);
    if (picked === choose) await vscode.commands.executeCommand('biogpt.chooseModel');
    if (picked === again) await commands.installAgain(this.context, wanted);
  }
}

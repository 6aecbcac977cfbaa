import * as vscode from 'vscode';
import type { InstalledModel } from '../../library/install/types';
import type { ModelSettings } from '../settings';
import type { InstallNote } from '../statusText';
import type { ModelBackend } from './backend';
import { ChosenModel, isChosen } from './chosenModel';
import { ContextKeys, type InstallState } from './contextKeys';
import { ModelDeletion } from './deleteModel';
import { FailedChecks, type Memory } from './failedChecks';
import { InstallFlow } from './installFlow';
import { Installations } from './installations';
import { ModelCommands } from './modelCommands';
import { NewModel } from './newModel';
import { installNote } from './progressText';
import { StandInNotice } from './standInNotice';
import { ModelSwitch } from './switchModel';
import { UnfinishedOffer } from './unfinishedOffer';
import { ModelUpdate } from './updateModel';
import { labelOf, ModelVerification } from './verifyModel';

export interface ModelManagementOptions {
  /** The model that comes with the extension. */
  starterDir: string;
  /** Folder of this user's models. */
  modelsDir: string;
  /** The installer's bundle, `dist/installer.cjs`. */
  installerModule: string;
  memory: Memory;
  settings(): ModelSettings;
  /** Writes `biogpt.model.use`. */
  use(value: string): Promise<void>;
  /** The decoder loads its model anew. */
  restart(): void;
  /** Resolves once our decoder has let go of a model folder. */
  release(modelDir: string): Promise<void>;
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
  /** What has been in the way of the chosen model may be gone. */
  tryAgain(): void;
}

/** How long after the start the disk is looked at: the editor has better things to do at first. */
const LOOK_AFTER_MS = 5_000;

/** Puts the parts of model management together. */
export function manageModels(options: ModelManagementOptions): ModelManagement {
  const { starterDir, modelsDir, settings, use, release, restart, onInstalling, memory, log } = options;
  // What downloads and converts is loaded when it is first needed, not when the editor starts.
  const backend = async (): Promise<ModelBackend> => (await import('./backend')).openBackend(options);
  const roots = (): string[] => [modelsDir, settings().sharedFolder].filter((root) => root !== '');
  const failedChecks = new FailedChecks(memory);
  const contextKeys = new ContextKeys();

  /** Runs something asked for; what goes wrong is told, not thrown. */
  const run = async (task: () => unknown): Promise<void> => {
    try {
      await task();
    } catch (error) {
      log((error as Error).stack ?? String(error));
      void vscode.window.showErrorMessage(`BioGPT Writer: ${(error as Error).message}`);
    }
  };

  const notice = new StandInNotice((wanted) => run(() => commands.installAgain(wanted)));
  const chosen = new ChosenModel({
    use: () => settings().use,
    roots,
    starterDir,
    failedCheck: (modelDir) => failedChecks.reasonOf(modelDir),
    onChoice: (standIn) => notice.tell(standIn),
  });
  const modelSwitch: ModelSwitch = new ModelSwitch({
    starterDir,
    roots,
    use,
    startOver: restart,
    current: () => settings().use,
    failedChecks,
    verify: (model) => verification.run(model),
  });

  const lookForPaused = async (): Promise<void> => {
    const { store } = await backend();
    contextKeys.set({ downloadPaused: (await store.unfinished()).some(({ busy }) => !busy) });
  };
  const installations = new Installations(
    async (source, how) => (await backend()).installer.install(source, how),
    () => settings().keepOriginal,
    () => {
      const [first] = installations.running;
      contextKeys.update(installations.running);
      onInstalling(first && installNote(first.label, first.request, first.progress));
      if (!first) void run(lookForPaused);
    },
    () => performance.now(),
  );
  const onInstalled = async (model: InstalledModel): Promise<void> => {
    await failedChecks.forget(model.dir);
    await modelSwitch.set(model);
    void vscode.window.showInformationMessage(`${labelOf(model)} is ready and in use.`);
  };
  const flow = new InstallFlow({ backend, installations, onInstalled, log });
  const deletion = new ModelDeletion({
    backend,
    failedChecks,
    isInUse: (model) => isChosen(settings().use, model),
    away: (model) => modelSwitch.away(model),
    release,
  });
  const verification: ModelVerification = new ModelVerification({
    backend,
    starterDir,
    failedChecks,
    onFailed: (model) => modelSwitch.away(model),
    installAgain: (model) => run(() => commands.reinstall(model)),
    remove: (model) => run(() => deletion.run(model)),
    log,
  });
  const commands: ModelCommands = new ModelCommands({
    backend,
    starterDir,
    installations,
    flow,
    newModel: new NewModel({
      hubEndpoint: () => settings().hubEndpoint,
      install: (request) => flow.run(request),
      use: (model) => modelSwitch.to(model),
    }),
    modelSwitch,
    verification,
    deletion,
    update: new ModelUpdate({ backend, install: (request) => flow.run(request) }),
    contextKeys,
  });

  const offer = new UnfinishedOffer({ backend, flow, memory });
  const look = setTimeout(() => void run(() => offer.run().then(lookForPaused)), LOOK_AFTER_MS);
  return {
    chosen,
    commands: {
      chooseModel: () => run(() => commands.choose()),
      verifyModel: () => run(() => commands.verify()),
      updateModel: () => run(() => commands.update()),
      deleteModel: () => run(() => commands.delete()),
      showModels: () => run(() => commands.showOnDisk()),
      pauseDownload: () => run(() => commands.pause()),
      resumeDownload: () => run(() => commands.resume()),
      cancelDownload: () => run(() => commands.cancel()),
    },
    get installState() {
      return contextKeys.state;
    },
    tryAgain() {
      chosen.tryAgain();
      notice.reset();
    },
    dispose() {
      clearTimeout(look);
      if (installations.running.length === 0) return;
      void import('./backend').then(({ windowEnds }) => installations.interrupt(windowEnds()));
    },
  };
}

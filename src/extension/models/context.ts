import * as vscode from 'vscode';
import type { Hold, InstalledModel } from '../../library/installation/types';
import type { Failures } from '../failures';
import type { OriginSecrets } from '../originSecrets';
import type { ModelSettings } from '../settings';
import type { ModelBackend } from './backend';
import type { FailedChecks, Memory } from './chosenModel';
import type { Installations } from './installations';

/** What everything that manages models works with. */
export interface ModelContext {
  /** The model that comes with the extension. */
  starterDir: string;
  memory: Memory;
  failedChecks: FailedChecks;
  installations: Installations;
  installState: InstallStateKeys;
  failures: Failures;
  tokens: OriginSecrets;
  settings(): ModelSettings;
  /** Writes `biogpt.model.use`. */
  use(value: string): Promise<void>;
  /** Folders of model folders, the first one first. */
  roots(): string[];
  backend(): Promise<ModelBackend>;
  /** The decoder loads its model anew. */
  restart(): void;
  /** Has our decoder let go of a model folder. */
  hold: Hold;
  /** The server that computes in place of this machine, or would if it were not away. */
  server(): string | undefined;
  log(line: string): void;
}

/** What commands and menus may depend on. */
export interface InstallState {
  /** An installation runs in this window. */
  installing: boolean;
  /** One of them is a download that can be paused. */
  downloading: boolean;
  /** There is a download that nobody works on. */
  downloadPaused: boolean;
}

/** Keeps the context keys `biogpt.installing`, `biogpt.downloading` and `biogpt.downloadPaused` true to the state. */
export class InstallStateKeys {
  state: InstallState = { installing: false, downloading: false, downloadPaused: false };

  constructor(private readonly failures: Failures) {}

  set(changed: Partial<InstallState>): void {
    for (const [key, value] of Object.entries(changed) as [keyof InstallState, boolean][]) {
      if (this.state[key] === value) continue;
      this.state = { ...this.state, [key]: value };
      this.failures.watch(vscode.commands.executeCommand('setContext', `biogpt.${key}`, value));
    }
  }
}

/** A model as people tell it from others: "BioGPT (int8)". */
export function labelOf({ description: { name, precision } }: Pick<InstalledModel, 'description'>): string {
  return vscode.l10n.t('{0} ({1})', name, precision);
}

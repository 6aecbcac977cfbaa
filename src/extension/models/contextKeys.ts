import * as vscode from 'vscode';
import { canPause } from './modelItems';
import type { Installation } from './installations';

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
export class ContextKeys {
  state: InstallState = { installing: false, downloading: false, downloadPaused: false };

  update(running: readonly Installation[]): void {
    this.set({ installing: running.length > 0, downloading: running.some(canPause) });
  }

  set(changed: Partial<InstallState>): void {
    for (const [key, value] of Object.entries(changed) as [keyof InstallState, boolean][]) {
      if (this.state[key] === value) continue;
      this.state = { ...this.state, [key]: value };
      void vscode.commands.executeCommand('setContext', `biogpt.${key}`, value);
    }
  }
}

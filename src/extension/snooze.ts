import * as vscode from 'vscode';
import type { Clock } from '../completion/clock';

/** Silence for a while: ghost text comes only when it is asked for. */
export class Snooze {
  private cancelEnd: (() => void) | null = null;
  private on = false;

  /** @param onChange called when a snooze begins and when it ends */
  constructor(
    private readonly clock: Clock,
    private readonly onChange: () => void,
  ) {}

  get active(): boolean {
    return this.on;
  }

  /** @param minutes null: until VS Code starts again */
  start(minutes: number | null): void {
    this.cancelEnd?.();
    this.cancelEnd = minutes === null ? null : this.clock.after(minutes * 60_000, () => this.end());
    this.on = true;
    this.onChange();
  }

  end(): void {
    this.cancelEnd?.();
    this.cancelEnd = null;
    if (!this.on) return;
    this.on = false;
    this.onChange();
  }

  dispose(): void {
    this.cancelEnd?.();
    this.cancelEnd = null;
  }
}

/** *Snooze Ghost Text…*: asks for how long. */
export async function chooseSnooze(snooze: Snooze): Promise<void> {
  const choices = [
    { label: vscode.l10n.t('5 minutes'), minutes: 5 },
    { label: vscode.l10n.t('15 minutes'), minutes: 15 },
    { label: vscode.l10n.t('1 hour'), minutes: 60 },
    { label: vscode.l10n.t('Until VS Code restarts'), minutes: null },
  ];
  const picked = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('Snooze Ghost Text'),
    placeHolder: vscode.l10n.t(
      'Snooze for how long? You can still ask for a suggestion with Trigger Inline Suggestion.',
    ),
  });
  if (picked) snooze.start(picked.minutes);
}

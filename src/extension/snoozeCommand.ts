import * as vscode from 'vscode';
import type { Snooze } from './snooze';

const CHOICES: (vscode.QuickPickItem & { minutes: number | null })[] = [
  { label: '5 minutes', minutes: 5 },
  { label: '15 minutes', minutes: 15 },
  { label: '60 minutes', minutes: 60 },
  { label: 'Until VS Code restarts', minutes: null },
];

/** Asks for how long. */
export async function chooseSnooze(snooze: Snooze): Promise<void> {
  const picked = await vscode.window.showQuickPick(CHOICES, {
    title: 'Snooze Ghost Text',
    placeHolder: 'For how long? You can still ask for a suggestion with Trigger Inline Suggestion.',
  });
  if (picked) snooze.start(picked.minutes);
}

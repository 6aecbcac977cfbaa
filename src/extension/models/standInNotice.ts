import * as vscode from 'vscode';
import type { StandIn } from './chosenModel';

/** Tells once, for each reason, that the starter serves in place of the chosen model. */
export class StandInNotice {
  private told: string | undefined;

  /** @param installAgain offered beside *Choose Model…*; gets the value of the setting */
  constructor(private readonly installAgain: (wanted: string) => unknown) {}

  tell(standIn: StandIn | undefined): void {
    const notice = standIn && `${standIn.wanted}\n${standIn.reason}`;
    if (notice === this.told) return;
    this.told = notice;
    if (standIn) void this.show(standIn);
  }

  /** Someone asks for a model again: what is still in the way is told again. */
  reset(): void {
    this.told = undefined;
  }

  private async show({ wanted, reason }: StandIn): Promise<void> {
    const [choose, again] = ['Choose Model…', 'Install Again'] as const;
    const message = `BioGPT Writer: the starter model serves in place of ${wanted}. ${reason}`;
    const picked = await vscode.window.showWarningMessage(message, choose, again);
    if (picked === choose) await vscode.commands.executeCommand('biogpt.chooseModel');
    if (picked === again) await this.installAgain(wanted);
  }
}

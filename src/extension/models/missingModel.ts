import * as vscode from 'vscode';

/** Tells once of each configured model that is not there, however often the decoder starts. */
export class MissingModelNotice {
  private told: string | undefined;

  tell(missing: string | undefined): void {
    if (missing === this.told) return;
    this.told = missing;
    if (missing !== undefined) void this.show(missing);
  }

  private async show(missing: string): Promise<void> {
    const open = 'Open Setting';
    const message = `BioGPT Writer: there is no model in ${missing} (no model.json), so the starter model is used.`;
    const picked = await vscode.window.showWarningMessage(message, open);
    if (picked === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'biogpt.model.path');
  }
}

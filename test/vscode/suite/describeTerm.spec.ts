import * as vscode from 'vscode';
import { closeAll, openAt, until } from '../support/editor';

const labels = (): string[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));

describe('Describe Term', () => {
  afterEach(closeAll);

  it('opens a view for the term at the cursor', async () => {
    await openAt('markdown', 'The role of TNF-█α in sepsis');
    await vscode.commands.executeCommand('biogpt.describeTerm');
    await until('a tab named after the term', () => labels().includes('TNF-α'));
  });

  it('opens a view for the longest term that the glossary has at the cursor', async () => {
    await openAt('latex', 'Patients with \\emph{cystic fib█rosis} were');
    await vscode.commands.executeCommand('biogpt.describeTerm');
    await until('a tab named after the term', () => labels().includes('cystic fibrosis'));
  });

  it('opens a view for the selection', async () => {
    const editor = await openAt('latex', '█septic shock is common');
    editor.selection = new vscode.Selection(0, 0, 0, 'septic shock'.length);
    await vscode.commands.executeCommand('biogpt.describeTerm');
    await until('a tab named after the selection', () => labels().includes('septic shock'));
  });
});

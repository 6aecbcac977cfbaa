import * as vscode from 'vscode';
import { copilotIsEnabled } from './copilotSetting';
import { languageName } from './menu';
import { setEnabledForLanguage } from './settings';

/** Copilot's completions have moved from the first of these to the second. */
const EXTENSIONS = ['GitHub.copilot', 'GitHub.copilot-chat'];

/** Whether Copilot writes ghost text in documents of this kind, too. */
export function copilotWritesIn({ languageId }: Pick<vscode.TextDocument, 'languageId'>): boolean {
  if (!EXTENSIONS.some((id) => vscode.extensions.getExtension(id)?.isActive)) return false;
  return copilotIsEnabled(vscode.workspace.getConfiguration('github.copilot').get('enable'), languageId);
}

/**
 * Of two extensions that write ghost text VS Code shows the quicker one, now this and now that. Explains it once for
 * each language, and offers to leave the language to one of them.
 */
export class CopilotNotice {
  private readonly asked = new Set<string>();

  /** @param memory holds, over restarts, which languages were asked about */
  constructor(private readonly memory: Pick<vscode.Memento, 'get' | 'update'>) {}

  /** Ghost text is about to be written in a document. */
  async check(document: Pick<vscode.TextDocument, 'languageId'>): Promise<void> {
    const { languageId } = document;
    if (this.asked.has(languageId) || !copilotWritesIn(document)) return;
    this.asked.add(languageId);
    const key = `copilot.asked.${languageId}`;
    if (this.memory.get(key, false)) return;
    const name = languageName(languageId);
    const [ours, theirs, both] = [`BioGPT in ${name}`, `Copilot in ${name}`, 'Keep Both'] as const;
    const picked = await vscode.window.showInformationMessage(
      `GitHub Copilot also writes ghost text in ${name}. VS Code shows one suggestion at a time, usually the one that ` +
        'comes first, so the two get in each other’s way. Which one do you prefer here?',
      ours,
      theirs,
      both,
    );
    // Closed without an answer: asked again another day.
    if (picked === undefined) return;
    if (picked === ours) await turnCopilotOff(languageId);
    if (picked === theirs) await setEnabledForLanguage(languageId, false);
    await this.memory.update(key, true);
  }
}

async function turnCopilotOff(languageId: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration('github.copilot');
  const enabled = settings.inspect<Record<string, boolean>>('enable')?.globalValue;
  await settings.update('enable', { ...enabled, [languageId]: false }, vscode.ConfigurationTarget.Global);
}

import * as v from 'valibot';
import * as vscode from 'vscode';
import { languageName } from './languages';
import { setEnabledForLanguage } from './settings';

/** Copilot's completions have moved from the first of these to the second. */
const EXTENSIONS = ['GitHub.copilot', 'GitHub.copilot-chat'];

/** `github.copilot.enable`: completions by language, `*` for those without an entry. Unset or unreadable, it is empty. */
const enableSetting = v.fallback(v.record(v.string(), v.unknown()), {});

/** Whether `github.copilot.enable` allows completions in a language; what it does not mention, it does. */
export function copilotIsEnabled(enable: unknown, languageId: string): boolean {
  const entries = v.parse(enableSetting, enable);
  return (entries[languageId] ?? entries['*'] ?? true) === true;
}

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

  /** Ghost text is about to be written in a document. @throws Error if the settings cannot be written */
  async check(document: Pick<vscode.TextDocument, 'languageId'>): Promise<void> {
    const { languageId } = document;
    if (this.asked.has(languageId) || !copilotWritesIn(document)) return;
    this.asked.add(languageId);
    const key = `copilot.asked.${languageId}`;
    if (this.memory.get(key, false)) return;
    const name = languageName(languageId);
    const copilotOff = vscode.l10n.t('Turn Off Copilot in {0}', name);
    const oursOff = vscode.l10n.t('Turn Off BioGPT Ghost Text in {0}', name);
    const both = vscode.l10n.t('Keep Both');
    const picked = await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'BioGPT Writer and GitHub Copilot both suggest text in {0}. VS Code shows one suggestion at a time, usually the first to arrive. To see only the suggestions you want, turn one of them off.',
        name,
      ),
      copilotOff,
      oursOff,
      both,
    );
    // Closed without an answer: asked again another day.
    if (picked === undefined) return;
    if (picked === copilotOff) await turnCopilotOff(languageId);
    if (picked === oursOff) await setEnabledForLanguage(languageId, false);
    await this.memory.update(key, true);
  }
}

async function turnCopilotOff(languageId: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration('github.copilot');
  const enabled = v.parse(enableSetting, settings.inspect('enable')?.globalValue);
  await settings.update('enable', { ...enabled, [languageId]: false }, vscode.ConfigurationTarget.Global);
}

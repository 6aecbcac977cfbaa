import * as vscode from 'vscode';
import type { CompletionOptions } from '../completion/completionEngine';
import { COMPLETION_DEFAULTS } from '../completion/defaults';
import { DESCRIPTION_DEFAULTS, type DescriptionOptions } from '../completion/description';

/** Every setting lives under this name; package.json says what each means. */
export const SECTION = 'biogpt';

const DEFAULT_HUB = 'https://huggingface.co';

export interface CompletionSettings extends CompletionOptions {
  enabled: boolean;
  trigger: 'automatic' | 'onDemand';
  /** One of the globs for files without ghost text matches. */
  excluded: boolean;
}

export interface DecoderSettings {
  /** 0: chosen by the decoder. */
  threads: number;
  idleMinutes: number;
}

export interface ModelSettings {
  /** Name of an installed model or path of a model folder; empty: the starter that comes with the extension. */
  use: string;
  /** Folder of models that several users share; empty: none. */
  sharedFolder: string;
  /** File of a lab's own catalogue; empty: none. */
  catalogue: string;
  /** Keeps downloaded files after conversion. */
  keepOriginal: boolean;
  /** Address of the Hub or of a mirror. */
  hubEndpoint: string;
  allowDownloads: boolean;
}

export function readCompletionSettings(document: vscode.TextDocument): CompletionSettings {
  const settings = vscode.workspace.getConfiguration(SECTION, document);
  return {
    enabled: settings.get('completion.enabled', true),
    trigger: settings.get('completion.trigger', 'automatic'),
    excluded: isExcluded(document, settings),
    debounceMs: settings.get('completion.debounceMs', COMPLETION_DEFAULTS.debounceMs),
    maxTokens: settings.get('completion.maxTokens', COMPLETION_DEFAULTS.maxTokens),
    until: settings.get('completion.until', COMPLETION_DEFAULTS.until),
    timeBudgetMs: settings.get('completion.timeBudgetMs', COMPLETION_DEFAULTS.timeBudgetMs),
    caution: settings.get('completion.caution', COMPLETION_DEFAULTS.caution),
    facts: settings.get('completion.facts', COMPLETION_DEFAULTS.facts),
  };
}

/** Whether ghost text may be written in a document at all. */
export function isGhostTextOn(document: vscode.TextDocument): boolean {
  const settings = vscode.workspace.getConfiguration(SECTION, document);
  return settings.get('completion.enabled', true) && !isExcluded(document, settings);
}

/** Globs are relative to the document's workspace folder; outside of one they match the whole path. */
function isExcluded(document: vscode.TextDocument, settings: vscode.WorkspaceConfiguration): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  return settings.get<unknown[]>('completion.exclude', []).some((glob) => {
    if (typeof glob !== 'string' || glob === '') return false;
    const pattern = folder ? new vscode.RelativePattern(folder, glob) : glob;
    return vscode.languages.match({ pattern }, document) > 0;
  });
}

export function readDescribeSettings(): DescriptionOptions {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    maxTokens: settings.get('describe.maxTokens', DESCRIPTION_DEFAULTS.maxTokens),
    minTokens: settings.get('describe.minTokens', DESCRIPTION_DEFAULTS.minTokens),
    beams: settings.get('describe.beams', DESCRIPTION_DEFAULTS.beams),
  };
}

export function readDecoderSettings(): DecoderSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    threads: settings.get('decoder.threads', 0),
    idleMinutes: settings.get('decoder.idleMinutes', 10),
  };
}

export function readModelSettings(): ModelSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    use: settings.get('model.use', '').trim(),
    sharedFolder: settings.get('model.sharedFolder', '').trim(),
    catalogue: settings.get('model.catalogue', '').trim(),
    keepOriginal: settings.get('model.keepOriginal', false),
    hubEndpoint: settings.get('hub.endpoint', '').trim() || DEFAULT_HUB,
    allowDownloads: settings.get('hub.allowDownloads', true),
  };
}

/** Chooses a model for this user, in all windows. @param use as `ModelSettings.use` */
export async function useModel(use: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  await settings.update('model.use', use || undefined, vscode.ConfigurationTarget.Global);
}

/** Turns ghost text on or off in one language, for this user. */
export async function setEnabledForLanguage(languageId: string, enabled: boolean): Promise<void> {
  await vscode.workspace
    .getConfiguration(SECTION, { languageId })
    .update('completion.enabled', enabled, vscode.ConfigurationTarget.Global, true);
}

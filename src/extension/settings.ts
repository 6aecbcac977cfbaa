import * as vscode from 'vscode';
import type { CompletionOptions } from './completion/completionEngine';

/** Every setting lives under this name; package.json says what each means. */
export const SECTION = 'biogpt';

export interface CompletionSettings extends CompletionOptions {
  enabled: boolean;
  trigger: 'automatic' | 'onDemand';
}

export interface DescribeSettings {
  maxTokens: number;
  minTokens: number;
  beams: number;
}

export interface DecoderSettings {
  /** Folder of the chosen model; empty: the one that comes with the extension. */
  modelPath: string;
  /** 0: chosen by the decoder. */
  threads: number;
  idleMinutes: number;
}

export function readCompletionSettings(scope: vscode.ConfigurationScope): CompletionSettings {
  const settings = vscode.workspace.getConfiguration(SECTION, scope);
  return {
    enabled: settings.get('completion.enabled', true),
    trigger: settings.get('completion.trigger', 'automatic'),
    debounceMs: settings.get('completion.debounceMs', 75),
    maxTokens: settings.get('completion.maxTokens', 32),
    until: settings.get('completion.until', 'sentence'),
    timeBudgetMs: settings.get('completion.timeBudgetMs', 1_500),
  };
}

export function readDescribeSettings(): DescribeSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    maxTokens: settings.get('describe.maxTokens', 160),
    minTokens: settings.get('describe.minTokens', 12),
    beams: settings.get('describe.beams', 5),
  };
}

export function readDecoderSettings(): DecoderSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  return {
    modelPath: settings.get('model.path', '').trim(),
    threads: settings.get('decoder.threads', 0),
    idleMinutes: settings.get('decoder.idleMinutes', 10),
  };
}

/** Turns ghost text on or off in one language, for this user. */
export async function setEnabledForLanguage(languageId: string, enabled: boolean): Promise<void> {
  await vscode.workspace
    .getConfiguration(SECTION, { languageId })
    .update('completion.enabled', enabled, vscode.ConfigurationTarget.Global, true);
}

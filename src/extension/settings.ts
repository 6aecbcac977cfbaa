import * as v from 'valibot';
import * as vscode from 'vscode';
import { COMPLETION_DEFAULTS, type CompletionOptions } from '../completion/options';
import { DESCRIPTION_DEFAULTS, type DescriptionOptions } from '../completion/description';

/** Every setting lives under this name; package.json and package.nls.json say what each means. */
export const SECTION = 'biogpt';

const DEFAULT_HUB = 'https://huggingface.co';

/** A number that is brought into the setting's range; what is no number counts as not set. */
const within = (least: number, most: number, otherwise: number) =>
  v.fallback(
    v.pipe(
      v.number(),
      v.transform((value) => Math.min(most, Math.max(least, value))),
    ),
    otherwise,
  );
const integer = (least: number, most: number, otherwise: number) =>
  v.pipe(within(least, most, otherwise), v.transform(Math.round));
const flag = (otherwise: boolean) => v.fallback(v.boolean(), otherwise);
const path = v.fallback(v.pipe(v.string(), v.trim()), '');

/** Ranges and defaults as in package.json; a test compares them. */
export const completionSchema = v.object({
  enabled: flag(true),
  trigger: v.fallback(v.picklist(['automatic', 'onDemand']), 'automatic'),
  until: v.fallback(v.picklist(['sentence', 'line']), COMPLETION_DEFAULTS.until),
  maxTokens: integer(1, 256, COMPLETION_DEFAULTS.maxTokens),
  debounceMs: integer(0, 5000, COMPLETION_DEFAULTS.debounceMs),
  timeBudgetMs: integer(100, 60_000, COMPLETION_DEFAULTS.timeBudgetMs),
  caution: within(0, 50, COMPLETION_DEFAULTS.caution),
  facts: v.fallback(v.picklist(['documentOnly', 'allow']), COMPLETION_DEFAULTS.facts),
  exclude: v.fallback(v.array(v.fallback(v.string(), '')), []),
});

export const describeSchema = v.object({
  /** Whether the model is asked: if it is fit to describe, in any case, or not at all. */
  model: v.fallback(v.picklist(['whenFit', 'always', 'never']), 'whenFit'),
  facts: v.fallback(v.picklist(['documentOnly', 'allow']), 'documentOnly'),
  maxTokens: integer(16, 1024, DESCRIPTION_DEFAULTS.maxTokens),
  minTokens: integer(0, 512, DESCRIPTION_DEFAULTS.minTokens),
  beams: integer(1, 16, DESCRIPTION_DEFAULTS.beams),
});

/** Names of installed models or paths of model folders; empty: an installed one that was tuned for such a task. */
export const miningSchema = v.object({ relationModel: path, answerModel: path, classModel: path });

export const hoverSchema = v.object({ enabled: flag(true) });

export const decoderSchema = v.object({
  /** 0: chosen by the decoder. */
  threads: integer(0, 64, 0),
  /** 0: never. */
  idleMinutes: within(0, Infinity, 10),
});

export const modelSchema = v.object({
  /** Name of an installed model or path of a model folder; empty: the starter that comes with the extension. */
  use: path,
  /** Folder of models that several users share; empty: none. */
  sharedFolder: path,
  /** File of a lab's own catalogue; empty: none. */
  catalogue: path,
  /** Keeps downloaded files after conversion. */
  keepOriginal: flag(false),
});

export const hubSchema = v.object({
  /** Address of the Hub or of a mirror. */
  endpoint: v.pipe(
    path,
    v.transform((address) => address || DEFAULT_HUB),
  ),
  allowDownloads: flag(true),
});

export const serverSchema = v.object({
  /** Base URL of an inference server; empty: none. */
  url: path,
  /** What the server calls the model; empty: it has only one. */
  model: path,
});

export interface CompletionSettings extends CompletionOptions {
  enabled: boolean;
  trigger: 'automatic' | 'onDemand';
  /** One of the globs for files without ghost text matches. */
  excluded: boolean;
}

export type DescribeSettings = DescriptionOptions & v.InferOutput<typeof describeSchema>;

export type MiningSettings = v.InferOutput<typeof miningSchema>;

export type DecoderSettings = v.InferOutput<typeof decoderSchema>;

export type ServerSettings = v.InferOutput<typeof serverSchema>;

export type ModelSettings = v.InferOutput<typeof modelSchema> & { hubEndpoint: string; allowDownloads: boolean };

export function readCompletionSettings(document: vscode.TextDocument): CompletionSettings {
  const { exclude, ...settings } = read('completion', completionSchema, document);
  return { ...settings, excluded: isExcluded(document, exclude) };
}

/** Whether ghost text may be written in a document at all. */
export function isGhostTextOn(document: vscode.TextDocument): boolean {
  const { enabled, excluded } = readCompletionSettings(document);
  return enabled && !excluded;
}

/** Whether definitions of terms are shown on hover in a document. */
export function isHoverOn(document: vscode.TextDocument): boolean {
  return read('hover', hoverSchema, document).enabled;
}

export function readDescribeSettings(): DescribeSettings {
  return read('describe', describeSchema);
}

export function readMiningSettings(): MiningSettings {
  return read('mining', miningSchema);
}

export function readDecoderSettings(): DecoderSettings {
  return read('decoder', decoderSchema);
}

export function readModelSettings(): ModelSettings {
  const { endpoint, allowDownloads } = read('hub', hubSchema);
  return { ...read('model', modelSchema), hubEndpoint: endpoint, allowDownloads };
}

export function readServerSettings(): ServerSettings {
  return read('server', serverSchema);
}

/** Names a server for this user, in all windows, or with an empty address none. */
export async function useServer({ url, model }: ServerSettings): Promise<void> {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const update = (name: keyof ServerSettings, value: string): Thenable<void> =>
    settings.update(`server.${name}`, value || undefined, vscode.ConfigurationTarget.Global);
  if (model !== readServerSettings().model) {
    // Other windows follow each change: none is to ask a server for the model of another one.
    await update('url', '');
    await update('model', model);
  }
  await update('url', url);
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

/** Reads a group of settings: each entry of the schema is the setting of its name. */
function read<Entries extends v.ObjectEntries>(
  group: string,
  schema: v.ObjectSchema<Entries, undefined>,
  scope?: vscode.ConfigurationScope,
): v.InferOutput<v.ObjectSchema<Entries, undefined>> {
  const settings = vscode.workspace.getConfiguration(`${SECTION}.${group}`, scope);
  const names = Object.keys(schema.entries);
  return v.parse(schema, Object.fromEntries(names.map((name) => [name, settings.get(name)])));
}

/** Globs are relative to the document's workspace folder; outside of one they match the whole path. */
function isExcluded(document: vscode.TextDocument, globs: readonly string[]): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  return globs.some((glob) => {
    if (glob === '') return false;
    const pattern = folder ? new vscode.RelativePattern(folder, glob) : glob;
    return vscode.languages.match({ pattern }, document) > 0;
  });
}

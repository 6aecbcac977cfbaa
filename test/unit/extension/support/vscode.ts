/**
 * Stands for the editor in tests of `src/extension`: imported before what imports `vscode`. It words strings as the
 * editor does in English and records what its user is told; a test puts the rest in place as it needs it.
 */
import Module from 'node:module';

export interface Told {
  kind: 'information' | 'warning' | 'error';
  message: string;
  buttons: string[];
}

/** What its user has been told, the first first. */
export const told: Told[] = [];

/** The button that is pressed on each message; undefined closes it. */
let press: (message: Told) => string | undefined = () => undefined;

/** Forgets what was told. @param answer presses a button of each message that follows */
export function resetEditor(answer: typeof press = () => undefined): void {
  told.length = 0;
  press = answer;
}

function t(message: string | { message: string; args?: unknown[] }, ...args: unknown[]): string {
  const [text, values] =
    typeof message === 'string' ? [message, args.flat()] : [message.message, [message.args ?? []].flat()];
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

const show =
  (kind: Told['kind']) =>
  (message: string, ...items: unknown[]): Promise<string | undefined> => {
    const said = { kind, message, buttons: items.filter((item) => typeof item === 'string') };
    told.push(said);
    return Promise.resolve(press(said));
  };

/** A setting that was written, or the error that writing one ends in. */
export const configuration = {
  values: {} as Record<string, unknown>,
  written: [] as { name: string; value: unknown }[],
  refusal: undefined as Error | undefined,
};

const getConfiguration = (section: string): Record<string, unknown> => ({
  get: (name: string) => configuration.values[`${section}.${name}`],
  inspect: (name: string) => ({ globalValue: configuration.values[`${section}.${name}`] }),
  update: async (name: string, value: unknown) => {
    if (configuration.refusal) throw configuration.refusal;
    configuration.written.push({ name: `${section}.${name}`, value });
  },
});

/** The extensions that are there and active, by id. */
export const activeExtensions = new Set<string>();

/** What `vscode` exports here. */
export const editor = {
  l10n: { t },
  env: { language: 'en' },
  window: {
    showInformationMessage: show('information'),
    showWarningMessage: show('warning'),
    showErrorMessage: show('error'),
    setStatusBarMessage: (message: string) => void told.push({ kind: 'information', message, buttons: [] }),
    withProgress: (_options: unknown, work: (bar: unknown, token: unknown) => unknown) =>
      work({ report: () => undefined }, { onCancellationRequested: () => ({ dispose: () => undefined }) }),
  },
  workspace: { getConfiguration },
  commands: { executeCommand: async () => undefined },
  extensions: {
    getExtension: (id: string) => (activeExtensions.has(id) ? { id, isActive: true } : undefined),
  },
  languages: {},
  Disposable: {},
  ConfigurationTarget: { Global: 1 },
  StatusBarAlignment: { Left: 1, Right: 2 },
  Uri: {},
  FileType: { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 },
  ViewColumn: { Beside: -2 },
  ColorThemeKind: { Light: 1, Dark: 2, HighContrast: 3, HighContrastLight: 4 },
  ThemeColor: class {},
  OverviewRulerLane: { Center: 2 },
  Range: class {},
  QuickPickItemKind: { Separator: -1, Default: 0 },
  InlineCompletionTriggerKind: { Invoke: 0, Automatic: 1 },
  InlineCompletionItem: class {
    constructor(readonly insertText: string) {}
  },
  ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
};

type Load = (request: string, ...rest: unknown[]) => unknown;
const loader = Module as unknown as { _load: Load };
const load = loader._load;
loader._load = (request, ...rest) => (request === 'vscode' ? editor : load.call(loader, request, ...rest));

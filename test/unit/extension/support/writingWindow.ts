import { resetEditor, editor } from './vscode';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type * as vscode from 'vscode';
import { activate, deactivate } from '../../../../src/extension/main';
import { wholeEditor, type WholeEditor } from './wholeEditor';

const root = join(__dirname, '..', '..', '..', '..');

/** The extension's folder with the decoder's bundle and the starter in their places. */
export function extensionFolder(decoderBundle: string): { path: string; remove(): void } {
  // Beside the bundle: native packages are looked for above it.
  const path = mkdtempSync(join(dirname(decoderBundle), 'extension-'));
  mkdirSync(join(path, 'dist'));
  copyFileSync(decoderBundle, join(path, 'dist', 'decoder.cjs'));
  for (const name of ['models', 'glossary']) symlinkSync(join(root, name), join(path, name));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** What one user of one machine has, in all windows. */
export class Machine {
  /** Settings that the user has written, by their whole names; whatever the model thinks of is shown. */
  readonly settings: Record<string, unknown> = { 'biogpt.decoder.threads': 1, 'biogpt.completion.caution': 0 };
  readonly secrets = new Map<string, string>();
  readonly state = new Map<string, unknown>();
}

/** Asked by a modal dialog. */
export interface Question {
  message: string;
  detail: string;
  buttons: string[];
}

interface Item {
  text: string;
  tooltip: string;
  backgroundColor: unknown;
}

/** A window of the editor with the whole extension, a real decoder process included; a test types and answers. */
export class WritingWindow {
  readonly log: string[] = [];
  readonly contexts = new Map<string, unknown>();
  /** Ids of the commands that were run by the extension itself. */
  readonly ran: string[] = [];
  readonly questions: Question[] = [];
  /** What is typed into input boxes, by what their prompt says. */
  readonly answers: [prompt: RegExp, text: string | undefined][] = [];
  /** What each input box held when it opened. */
  readonly offered: { prompt: string; value: string; password: boolean }[] = [];
  /** The last list that was shown. */
  list: string[] = [];
  /** Picks from a list. */
  pick: (labels: readonly string[]) => string | undefined = () => undefined;
  private readonly whole: WholeEditor;
  private readonly item: Item & Record<string, unknown> = {
    text: '',
    tooltip: '',
    backgroundColor: undefined,
    show: () => undefined,
    hide: () => undefined,
    dispose: () => undefined,
  };
  private provider!: vscode.InlineCompletionItemProvider;
  private drafts = 0;
  private readonly before = {
    workspace: { ...editor.workspace },
    window: { ...editor.window },
    commands: { ...editor.commands },
  };

  /** @param press a button of each message, modal ones included */
  constructor(
    private readonly machine: Machine,
    extension: string,
    press: (message: string, buttons: readonly string[]) => string | undefined,
  ) {
    resetEditor(({ message, buttons }) => press(message, buttons));
    this.whole = wholeEditor();
    this.standIn();
    const folder = (path: string): unknown => ({ fsPath: path });
    activate({
      extensionUri: folder(extension),
      globalStorageUri: folder(join(extension, 'storage')),
      globalState: {
        get: (key: string, otherwise: unknown) => machine.state.get(key) ?? otherwise,
        update: async (key: string, value: unknown) => void machine.state.set(key, value),
      },
      secrets: this.secrets(),
      subscriptions: [],
    } as unknown as vscode.ExtensionContext);
  }

  /** What the status bar shows: its text and its tooltip. */
  get status(): Item {
    return this.item;
  }

  /** Runs a command of the extension. */
  async run(name: string): Promise<void> {
    await this.whole.commands.get(`biogpt.${name}`)!();
  }

  /** Writes a setting by hand, as an editor of settings does. */
  set(name: string, value: unknown): void {
    this.machine.settings[name] = value;
    this.whole.changeSetting('biogpt.server');
  }

  /** Types a text in a new document. @returns the ghost text behind it */
  async type(text: string): Promise<string> {
    const path = `/draft${this.drafts++}.md`;
    const end = { line: 0, character: text.length };
    const document = {
      uri: { scheme: 'file', path, fsPath: path, toString: () => `file://${path}` },
      languageId: 'markdown',
      version: 1,
      isClosed: false,
      lineCount: 1,
      lineAt: () => ({ text, range: { end } }),
      offsetAt: ({ character }: vscode.Position) => character,
      getText: () => text,
    } as unknown as vscode.TextDocument;
    const items = await this.provider.provideInlineCompletionItems(
      document,
      end as vscode.Position,
      { triggerKind: 1, selectedCompletionInfo: undefined } as vscode.InlineCompletionContext,
      {
        isCancellationRequested: false,
        onCancellationRequested: () => ({ dispose: () => undefined }),
      } as vscode.CancellationToken,
    );
    const [first] = (items ?? []) as vscode.InlineCompletionItem[];
    return first === undefined ? '' : String(first.insertText);
  }

  async close(): Promise<void> {
    await deactivate();
    Object.assign(editor.workspace, this.before.workspace);
    Object.assign(editor.window, this.before.window);
    Object.assign(editor.commands, this.before.commands);
  }

  private secrets(): vscode.SecretStorage {
    const { secrets } = this.machine;
    const listeners: ((change: vscode.SecretStorageChangeEvent) => void)[] = [];
    const tell = (key: string): void => listeners.forEach((listener) => listener({ key }));
    return {
      get: async (key: string) => secrets.get(key),
      store: async (key: string, value: string) => {
        secrets.set(key, value);
        tell(key);
      },
      delete: async (key: string) => {
        secrets.delete(key);
        tell(key);
      },
      onDidChange: (listener: (change: vscode.SecretStorageChangeEvent) => void) => {
        listeners.push(listener);
        return { dispose: () => undefined };
      },
    } as unknown as vscode.SecretStorage;
  }

  private standIn(): void {
    const { settings } = this.machine;
    const shown = editor.window as unknown as Record<string, (message: string, ...items: unknown[]) => unknown>;
    const warn = shown['showWarningMessage']!;
    const line = (text: string): void => void this.log.push(text);
    Object.assign(editor.languages, {
      registerInlineCompletionItemProvider: (_: unknown, provider: vscode.InlineCompletionItemProvider) => {
        this.provider = provider;
        return { dispose: () => undefined };
      },
    });
    Object.assign(editor.commands, {
      getCommands: async () => [...this.whole.commands.keys()],
      executeCommand: async (id: string, ...args: unknown[]) => {
        if (id === 'setContext') this.contexts.set(String(args[0]), args[1]);
        else this.ran.push(id);
      },
    });
    Object.assign(editor.window, {
      createOutputChannel: () => ({ info: line, debug: line, show: () => undefined, dispose: () => undefined }),
      createStatusBarItem: () => this.item,
      showInputBox: async ({ prompt = '', value = '', password = false }: vscode.InputBoxOptions) => {
        this.offered.push({ prompt, value, password });
        return this.answers.find(([pattern]) => pattern.test(prompt))?.[1];
      },
      showQuickPick: async (items: readonly (string | vscode.QuickPickItem)[]) => {
        this.list = items.map((item) => (typeof item === 'string' ? item : item.label));
        const picked = this.pick(this.list);
        return items.find((item) => (typeof item === 'string' ? item : item.label) === picked);
      },
      showWarningMessage: (message: string, ...items: unknown[]) => {
        const [options] = items as [{ modal?: boolean; detail?: string }?];
        if (options?.modal) {
          const buttons = items.filter((item) => typeof item === 'string');
          this.questions.push({ message, detail: options.detail ?? '', buttons });
        }
        return warn(message, ...items);
      },
    });
    Object.assign(editor.workspace, {
      getConfiguration: (section: string) => ({
        get: (name: string) => settings[`${section}.${name}`],
        inspect: (name: string) => ({ globalValue: settings[`${section}.${name}`] }),
        update: async (name: string, value: unknown) => {
          if (value === undefined) delete settings[`${section}.${name}`];
          else settings[`${section}.${name}`] = value;
          this.whole.changeSetting(`${section}.server`);
        },
      }),
      getWorkspaceFolder: () => undefined,
      asRelativePath: ({ path }: { path: string }) => path,
      fs: { isWritableFileSystem: () => undefined },
    });
  }
}

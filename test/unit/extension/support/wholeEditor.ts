import * as vscode from 'vscode';

/** What `activate` puts into the editor, and the events by which the editor tells of changes. */
export interface WholeEditor {
  /** Names of what has ended, the first first. */
  readonly ended: string[];
  /** Commands by their ids. */
  readonly commands: Map<string, (...args: unknown[]) => unknown>;
  /** Tells that a setting has changed. */
  changeSetting(name: string): void;
}

/** Gives the stand-in for the editor all that `activate` asks for. Import `./vscode` first. */
export function wholeEditor(): WholeEditor {
  const ended: string[] = [];
  const commands: WholeEditor['commands'] = new Map();
  const settingsListeners: ((change: vscode.ConfigurationChangeEvent) => void)[] = [];
  const ends = (name: string): vscode.Disposable => ({ dispose: () => void ended.push(name) });
  const event = (): vscode.Disposable => ends('listener');
  const editor = vscode as unknown as Record<string, Record<string, unknown>>;
  Object.assign(editor['Disposable']!, {
    from: (...all: vscode.Disposable[]) => ({ dispose: () => all.forEach((each) => each.dispose()) }),
  });
  Object.assign(editor['languages']!, {
    match: () => 0,
    registerInlineCompletionItemProvider: () => ends('ghost text'),
    registerHoverProvider: () => ends('hover'),
  });
  const file = (path: string): unknown => ({ fsPath: path, path, toString: () => `file://${path}` });
  Object.assign(editor['Uri']!, {
    file,
    joinPath: ({ fsPath }: vscode.Uri, ...names: string[]) => file([fsPath, ...names].join('/')),
  });
  Object.assign(editor['window']!, {
    activeTextEditor: undefined,
    visibleTextEditors: [],
    state: { focused: true, active: true },
    createOutputChannel: () => ({ info: () => undefined, debug: () => undefined, ...ends('log') }),
    createStatusBarItem: () => ({ show: () => undefined, hide: () => undefined, ...ends('status') }),
    onDidChangeActiveTextEditor: event,
    onDidChangeTextEditorSelection: event,
    onDidChangeWindowState: event,
  });
  Object.assign(editor['workspace']!, {
    textDocuments: [],
    notebookDocuments: [],
    onDidGrantWorkspaceTrust: event,
    createFileSystemWatcher: () => ({
      onDidChange: event,
      onDidCreate: event,
      onDidDelete: event,
      ...ends('file watcher'),
    }),
    onDidChangeTextDocument: event,
    onDidCloseTextDocument: event,
    onDidOpenTextDocument: event,
    onDidSaveTextDocument: event,
    onDidChangeConfiguration: (listener: (change: vscode.ConfigurationChangeEvent) => void) => {
      settingsListeners.push(listener);
      return event();
    },
  });
  Object.assign(editor['commands']!, {
    registerCommand: (id: string, run: (...args: unknown[]) => unknown) => {
      commands.set(id, run);
      return ends(id);
    },
  });
  return {
    ended,
    commands,
    changeSetting(name) {
      for (const listener of settingsListeners) listener({ affectsConfiguration: (asked) => asked === name });
    },
  };
}

import * as vscode from 'vscode';
import type { GhostText } from '../completion/ghostText';
import type { ReadAhead } from '../completion/readAhead';
import type { PrepareParams } from '../protocol/decoder';
import { editorPosition } from './ghostTextProvider';
import { documentSelector, proseLanguageOf } from './languages';
import { readCompletionSettings } from './settings';

/** What the model would read at the cursor of the active editor; null where no ghost text will be asked for. */
export function readableAtCursor(ghostText: GhostText): PrepareParams | null {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !vscode.window.state.focused) return null;
  const { document, selections, selection } = editor;
  const language = proseLanguageOf(document.languageId);
  if (!language || selections.length > 1 || !selection.isEmpty) return null;
  if (vscode.languages.match([...documentSelector], document) === 0) return null;
  const { enabled, excluded, ...options } = readCompletionSettings(document);
  return enabled && !excluded
    ? ghostText.readable(editorPosition(document, selection.active, language), options)
    : null;
}

/**
 * Tells `readAhead` of every move of the cursor: by typing, accepting and clicking, into another editor,
 * into the window. Edits are not listened to: they move the cursor, or change nothing before it.
 */
export function watchCursor(readAhead: ReadAhead): vscode.Disposable {
  const schedule = (): void => readAhead.schedule();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(schedule),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === vscode.window.activeTextEditor) schedule();
    }),
    vscode.window.onDidChangeWindowState(schedule),
    { dispose: () => readAhead.dispose() },
  );
}

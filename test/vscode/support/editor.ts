// What the specs do in the editor. Runs inside the extension host.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { decodersBelow, type ProcessInfo } from '../../host/processes';

const EXTENSION = 'biogpt-writer.biogpt-writer';

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(EXTENSION);
  assert.ok(found, `${EXTENSION} is not installed`);
  return found;
}

/** The decoder processes of this extension host. */
export function decoders(): ProcessInfo[] {
  return decodersBelow(process.pid);
}

/** Chooses a model as *Choose Model…* does. */
export async function use(model: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('biogpt').update('model.use', model, vscode.ConfigurationTarget.Global);
}

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Polls until `ready` holds. @throws Error naming `what` after `timeout` milliseconds. */
export async function until(what: string, ready: () => boolean | Promise<boolean>, timeout = 30_000): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!(await ready())) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeout} ms: ${what}`);
    await wait(50);
  }
}

/** Opens an untitled document whose text has the cursor at `█`. */
export async function openAt(language: string, marked: string): Promise<vscode.TextEditor> {
  const offset = marked.indexOf('█');
  assert.ok(offset >= 0, 'the text has no █');
  const content = marked.replace('█', '');
  const document = await vscode.workspace.openTextDocument({ language, content });
  const position = document.positionAt(offset);
  return vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}

/** Moves the cursor and waits for the window to tell so: a request sent before would be dropped with the move. */
async function moveTo(editor: vscode.TextEditor, position: vscode.Position): Promise<void> {
  let told = false;
  const listening = vscode.window.onDidChangeTextEditorSelection((change) => {
    told ||= change.textEditor === editor && change.selections[0]!.active.isEqual(position);
  });
  try {
    editor.selection = new vscode.Selection(position, position);
    await until('the cursor has moved', () => told, 5000);
  } finally {
    listening.dispose();
  }
}

/** Ghost text is triggered and accepted in the focused editor only; closing others may leave none focused. */
async function focusEditor(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
}

/** After this time without an answer a writer would ask again. */
const ASK_AGAIN_MS = 4000;

/**
 * Asks for ghost text at the cursor and accepts it. Without an answer it asks again, and prints that it did.
 * @returns the text that was inserted.
 */
export async function accept({ document, selection }: vscode.TextEditor, timeout = 30_000): Promise<string> {
  const before = document.getText();
  const offset = document.offsetAt(selection.active);
  await focusEditor();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  let asked = Date.now();
  await until(
    'ghost text that can be accepted',
    async () => {
      if (Date.now() - asked > ASK_AGAIN_MS) {
        console.log(`no ghost text within ${ASK_AGAIN_MS} ms; asking again`);
        // The window keeps an empty answer for as long as neither text nor cursor changes, unless it is dismissed.
        await focusEditor();
        await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
        await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
        asked = Date.now();
      }
      await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
      await wait(30);
      return document.getText() !== before;
    },
    timeout,
  );
  const after = document.getText();
  const inserted = after.length - before.length;
  assert.equal(after.slice(0, offset), before.slice(0, offset), 'text before the cursor was touched');
  assert.equal(after.slice(offset + inserted), before.slice(offset), 'text behind the cursor was touched');
  return after.slice(offset, offset + inserted);
}

/**
 * Whether asking for ghost text at the cursor and accepting it leaves the text as it is.
 *
 * How long to wait is measured in the same document: at the end of `prose`, which the document must contain,
 * ghost text comes first, and the cursor's own place then has twice that time, 1.5 s at least.
 */
export async function isQuiet(editor: vscode.TextEditor, prose: string): Promise<boolean> {
  const { document, selection: place } = editor;
  const end = document.positionAt(document.getText().indexOf(prose) + prose.length);
  assert.ok(place.active.isBefore(end), 'the prose comes after the cursor, so that the cursor stays where it is');
  await moveTo(editor, end);
  const started = Date.now();
  await accept(editor);
  // An answer from memory is quicker than one that must be written.
  const enough = Math.max(1500, 2 * (Date.now() - started));

  await moveTo(editor, place.active);
  return staysAsItIs(editor, enough);
}

/** Asks at the cursor in a document where nothing may come, for `ms` milliseconds. */
export async function staysAsItIs({ document }: vscode.TextEditor, ms: number): Promise<boolean> {
  const before = document.getText();
  await focusEditor();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    await wait(100);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
  }
  return document.getText() === before;
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

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
  const editor = await vscode.window.showTextDocument(document);
  const position = document.positionAt(offset);
  editor.selection = new vscode.Selection(position, position);
  return editor;
}

/** Asks for ghost text at the cursor and accepts it. @returns the text that was inserted. */
export async function accept({ document, selection }: vscode.TextEditor, timeout = 30_000): Promise<string> {
  const before = document.getText();
  const offset = document.offsetAt(selection.active);
  let asked = 0;
  await until(
    'ghost text that can be accepted',
    async () => {
      // A question put before the editor has taken in the cursor's place is dropped by it: ask again, as a writer would.
      if (Date.now() - asked > 3000) {
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

/** Whether asking for ghost text at the cursor and accepting it leaves the text as it is. */
export async function isQuiet({ document }: vscode.TextEditor): Promise<boolean> {
  const before = document.getText();
  await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  // The decoder is warm by then and answers within this time: see the counterpart in the same spec.
  for (let round = 0; round < 15; round++) {
    await wait(100);
    await vscode.commands.executeCommand('editor.action.inlineSuggest.commit');
  }
  return document.getText() === before;
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

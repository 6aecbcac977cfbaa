import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, closeAll, decoders, extension, openAt, until } from '../support/editor';

describe('a decoder that is killed', () => {
  after(closeAll);

  it('is replaced, and the editor goes on', async () => {
    await accept(await openAt('markdown', 'Patients were randomly █'));
    const [first] = decoders();
    assert.ok(first, 'no decoder process was found');

    // Killed at work: a new suggestion has just been asked for.
    const editor = await openAt('markdown', 'The primary outcome of the trial was the █');
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
    process.kill(first.pid, 'SIGKILL');
    await until('the killed process is gone', () => !decoders().some(({ pid }) => pid === first.pid));

    await vscode.commands.executeCommand('type', { text: 'change ' });
    const started = Date.now();
    const typed = editor.document.getText();
    assert.ok(typed.endsWith('change '), 'the editor takes no text');
    await accept(editor);
    console.log(`ghost text ${Date.now() - started} ms after the keystroke that followed the kill`);
    assert.ok(extension().isActive);
    assert.notEqual(decoders()[0]?.pid, first.pid);
  });
});

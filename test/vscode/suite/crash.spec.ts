import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, closeAll, decoders, extension, openAt, until, wait } from '../support/editor';

describe('a decoder that is killed', () => {
  // The starter isn't asked by itself.
  const askModel = (when: string | undefined): Thenable<void> =>
    vscode.workspace.getConfiguration('biogpt').update('describe.model', when, vscode.ConfigurationTarget.Global);
  before(() => askModel('always'));
  after(async () => {
    await askModel(undefined);
    await closeAll();
  });

  it('is replaced, and the editor goes on', async () => {
    await accept(await openAt('markdown', 'Patients were randomly █'));
    const [first] = decoders();
    assert.ok(first, 'no decoder process was found');

    const editor = await openAt('markdown', 'The primary outcome of the trial was the █');
    let writing = true;
    const description = vscode.commands.executeCommand('biogpt.describeTerm', 'septic shock');
    void description.then(() => (writing = false));
    await wait(100);
    assert.ok(writing, 'the decoder was to be killed at work, and has done its work');
    process.kill(first.pid, 'SIGKILL');
    // The command ends with its decoder: nobody is left waiting.
    await description;
    await until('the killed process is gone', () => !decoders().some(({ pid }) => pid === first.pid));

    await vscode.window.showTextDocument(editor.document, editor.viewColumn);
    const started = Date.now();
    await vscode.commands.executeCommand('type', { text: 'change ' });
    assert.ok(editor.document.getText().endsWith('change '), 'the editor takes no text');
    await accept(editor);
    const took = Date.now() - started;
    console.log(`ghost text ${took} ms after the first keystroke that followed the kill`);
    assert.ok(took <= 2000, `${took} ms`);
    assert.ok(extension().isActive);
    assert.notEqual(decoders()[0]?.pid, first.pid);
  });
});

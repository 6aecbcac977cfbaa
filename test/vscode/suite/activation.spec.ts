import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, closeAll, decoders, extension, openAt, until } from '../support/editor';

describe('activation', () => {
  after(closeAll);

  it('comes with a document it serves, not with plain text or code', async () => {
    for (const language of ['json', 'plaintext']) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language, content: '{}' }));
    }
    assert.equal(extension().isActive, false);
    const editor = await openAt('markdown', 'Patients were randomly █');
    assert.equal(editor.document.languageId, 'markdown');
    await until('the extension is active', () => extension().isActive);
  });

  it('starts the decoder with the first suggestion, not before', async () => {
    assert.deepEqual(decoders(), []);
    await accept(await openAt('markdown', 'Patients were randomly █'));
    assert.equal(decoders().length, 1);
  });
});

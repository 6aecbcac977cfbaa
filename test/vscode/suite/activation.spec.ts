import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, closeAll, decoders, extension, openAt, until } from '../support/editor';

describe('activation', () => {
  after(closeAll);

  // At the start it is now and then active already: probably one of the workbench's own inputs held plain text, which it
  // serves where a setting says so.
  it('comes with a document it serves, not with another', async () => {
    const { activationEvents } = extension().packageJSON as { activationEvents: string[] };
    assert.deepEqual(
      activationEvents.filter((event) => !event.startsWith('onLanguage:')),
      [],
    );
    const before = extension().isActive;
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'json', content: '{}' }));
    assert.equal(extension().isActive, before);
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

import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { accept, closeAll, decoders, extension, openAt, until } from '../support/editor';

describe('activation', () => {
  after(closeAll);

  it('waits for a document it serves', async () => {
    const { activationEvents } = extension().packageJSON as { activationEvents: string[] };
    // The workbench itself may have one open: plain text.
    const isServed = ({ languageId }: vscode.TextDocument): boolean => activationEvents.includes(`onLanguage:${languageId}`);
    const open = vscode.workspace.textDocuments.map(({ uri, languageId }) => `${uri.toString()} (${languageId})`);
    const expected = vscode.workspace.textDocuments.some(isServed);
    assert.equal(extension().isActive, expected, `with ${open.join(', ') || 'nothing'} open`);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'json', content: '{}' }));
    assert.equal(extension().isActive, expected);
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

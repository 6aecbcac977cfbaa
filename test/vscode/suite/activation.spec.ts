import assert from 'node:assert/strict';
import { accept, closeAll, decoders, extension, openAt, until } from '../support/editor';

describe('activation', () => {
  after(closeAll);

  // That nothing else activates it can't be told from inside: the workbench's own inputs may hold plain text, which it
  // serves where a setting says so.
  it('comes with the languages it serves, and with nothing else', async () => {
    const { activationEvents } = extension().packageJSON as { activationEvents: string[] };
    assert.deepEqual(activationEvents.filter((event) => !event.startsWith('onLanguage:')), []);
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

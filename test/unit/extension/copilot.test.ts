import './support/vscode';
import assert from 'node:assert/strict';
import { copilotIsEnabled } from '../../../src/extension/copilot';

describe("Copilot's setting", () => {
  const shipped = { '*': true, plaintext: false, markdown: false, scminput: false };

  it('counts by language, then for all', () => {
    assert.equal(copilotIsEnabled(shipped, 'latex'), true);
    assert.equal(copilotIsEnabled(shipped, 'markdown'), false);
    assert.equal(copilotIsEnabled({ ...shipped, latex: false }, 'latex'), false);
    assert.equal(copilotIsEnabled({ '*': false, markdown: true }, 'markdown'), true);
    assert.equal(copilotIsEnabled({ '*': false, markdown: true }, 'latex'), false);
  });

  it('allows what it does not mention', () => {
    assert.equal(copilotIsEnabled(undefined, 'latex'), true);
    assert.equal(copilotIsEnabled(null, 'latex'), true);
    assert.equal(copilotIsEnabled({}, 'latex'), true);
  });
});

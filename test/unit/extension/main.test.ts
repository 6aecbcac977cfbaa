import './support/vscode';
import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { Supervisor } from '../../../src/client/supervisor';
import { activate, deactivate } from '../../../src/extension/main';
import { wholeEditor, type WholeEditor } from './support/wholeEditor';

describe('the extension', () => {
  let editor: WholeEditor;
  let subscriptions: vscode.Disposable[];

  beforeEach(() => {
    editor = wholeEditor();
    subscriptions = [];
    const folder = (path: string): unknown => ({ fsPath: path });
    activate({
      extensionUri: folder('/extension'),
      globalStorageUri: folder('/storage'),
      globalState: { get: (_key: string, otherwise: unknown) => otherwise, update: async () => undefined },
      secrets: { onDidChange: () => ({ dispose: () => undefined }) },
      subscriptions,
    } as unknown as vscode.ExtensionContext);
  });
  afterEach(() => deactivate());

  it('ends the log last, when nothing writes to it any more', async () => {
    assert.equal(editor.ended.length, 0);
    await deactivate();
    // The editor would end these in their order, and wait for none of them.
    assert.deepEqual(subscriptions, []);
    assert.ok(editor.ended.includes('status') && editor.ended.includes('biogpt.restartDecoder'), editor.ended.join());
    assert.deepEqual([editor.ended.indexOf('log'), editor.ended.at(-1)], [editor.ended.length - 1, 'log']);
  });

  it('waits for the end of the decoder', async () => {
    const { dispose } = Supervisor.prototype;
    // One for writing, one for text mining.
    const ends: (() => void)[] = [];
    Supervisor.prototype.dispose = () => new Promise<void>((resolve) => ends.push(resolve));
    try {
      let over = false;
      const ending = deactivate().then(() => (over = true));
      await new Promise(setImmediate);
      assert.deepEqual([over, editor.ended.includes('log')], [false, false]);
      ends.pop()!();
      await new Promise(setImmediate);
      assert.equal(over, false);
      ends.pop()!();
      await ending;
      assert.equal(editor.ended.at(-1), 'log');
    } finally {
      Supervisor.prototype.dispose = dispose;
    }
  });

  it('tells the decoder when the setting changes after which it is unloaded', () => {
    const { settingsChanged } = Supervisor.prototype;
    let told = 0;
    Supervisor.prototype.settingsChanged = () => void told++;
    try {
      editor.changeSetting('biogpt.completion.enabled');
      assert.equal(told, 0);
      editor.changeSetting('biogpt.decoder.idleMinutes');
      assert.equal(told, 2, 'one for writing, one for text mining');
    } finally {
      Supervisor.prototype.settingsChanged = settingsChanged;
    }
  });
});

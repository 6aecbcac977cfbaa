import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { accept, closeAll, decoders, extension, openAt, until, use } from '../support/editor';

describe('models', () => {
  let folder: string;
  const copy = (name: string): string => {
    const dir = join(folder, name);
    cpSync(join(extension().extensionPath, 'models', 'starter'), dir, { recursive: true });
    return dir;
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'biogpt-models-'));
  });

  after(async () => {
    await use(undefined);
    await closeAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('have their commands, those of downloads only while there is one', async () => {
    const commands = await vscode.commands.getCommands(true);
    const { contributes } = extension().packageJSON as { contributes: { commands: { command: string }[] } };
    for (const { command } of contributes.commands)
      assert.ok(commands.includes(command), `${command} is not registered`);
    for (const name of ['pauseDownload', 'cancelDownload']) await vscode.commands.executeCommand(`biogpt.${name}`);
  });

  it('are switched without a restart: the old decoder ends, the new one writes', async () => {
    await accept(await openAt('markdown', 'Patients were randomly █'));
    const [before] = decoders();
    await use(copy('mine'));
    await until('the old decoder is gone', () => !decoders().some(({ pid }) => pid === before!.pid));
    await accept(await openAt('markdown', 'Patients were then randomly █'));
    assert.equal(decoders().length, 1);
    await use(undefined);
    await accept(await openAt('markdown', 'All patients were randomly █'));
  });

  it('that are damaged are replaced by the starter until they are whole again', async () => {
    const dir = copy('broken');
    truncateSync(join(dir, 'model.onnx.data'), 1000);
    await use(dir);
    await accept(await openAt('markdown', 'The patients were randomly █'));
  });

  it('that the decoder refuses are replaced by the starter', async () => {
    const dir = copy('refused');
    const description = join(dir, 'model.json');
    const { files, ...rest } = JSON.parse(readFileSync(description, 'utf8')) as {
      files: Record<string, { bytes: number }>;
    };
    writeFileSync(join(dir, 'model.onnx'), 'not a graph');
    files['model.onnx']!.bytes = 11;
    writeFileSync(description, JSON.stringify({ ...rest, files }));
    await use(dir);
    await accept(await openAt('markdown', 'Two patients were randomly █'));
  });
});

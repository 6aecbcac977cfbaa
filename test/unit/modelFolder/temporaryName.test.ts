import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceModelFolder } from '../../../src/modelFolder/folderTransaction';
import { removeLeftovers, temporaryName } from '../../../src/modelFolder/temporaryName';
import { temporaryFolder } from '../conversion/support/tinyModel';

/** The id of a process that has just ended. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;
const asMadeBy = (name: string, pid: number): string => name.replace(`-${process.pid}-`, `-${pid}-`);
const asMadeOnAnotherMachine = (name: string): string => name.replace(/-[0-9a-f]{8}-([0-9a-f]{8})$/, '-00000000-$1');

describe('leftovers of processes that are gone', () => {
  let dir: string;
  let remove: () => void;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
  });
  afterEach(() => remove());

  function make(name: string): string {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'model.json'), name);
    return join(dir, name);
  }

  it('go, whatever they were', async () => {
    const pid = deadPid();
    for (const kind of ['partial', 'source', 'deleted'] as const) make(asMadeBy(temporaryName('biogpt', kind), pid));
    make('biogpt');
    await removeLeftovers(dir);
    assert.deepEqual(readdirSync(dir), ['biogpt']);
  });

  it('stay while their process lives', async () => {
    const name = temporaryName('biogpt', 'partial');
    make(name);
    await removeLeftovers(dir);
    assert.deepEqual(readdirSync(dir), [name]);
  });

  it('of another machine stay until they are old', async () => {
    const path = make(asMadeOnAnotherMachine(asMadeBy(temporaryName('biogpt', 'partial'), deadPid())));
    await removeLeftovers(dir);
    assert.ok(existsSync(path));
    const longAgo = Date.now() / 1000 - 8 * 24 * 3600;
    utimesSync(path, longAgo, longAgo);
    await removeLeftovers(dir);
    assert.ok(!existsSync(path));
  });

  it('give a model its place back whose successor never came', async () => {
    const aside = asMadeBy(temporaryName('biogpt', 'old'), deadPid());
    make(aside);
    await removeLeftovers(dir);
    assert.equal(readFileSync(join(dir, 'biogpt', 'model.json'), 'utf8'), aside);
  });

  it('do not replace a model whose successor has come', async () => {
    make(asMadeBy(temporaryName('biogpt', 'old'), deadPid()));
    make('biogpt');
    await removeLeftovers(dir);
    assert.deepEqual(readdirSync(dir), ['biogpt']);
    assert.equal(readFileSync(join(dir, 'biogpt', 'model.json'), 'utf8'), 'biogpt');
  });

  it('are cleared before a folder is written anew', async () => {
    make(asMadeBy(temporaryName('biogpt', 'old'), deadPid()));
    make(asMadeBy(temporaryName('biogpt', 'partial'), deadPid()));
    const failing = replaceModelFolder(join(dir, 'biogpt'), async () => {
      throw new Error('no luck');
    });
    await assert.rejects(failing, /no luck/);
    // The old model is back although the new one failed as well.
    assert.deepEqual(readdirSync(dir), ['biogpt']);
  });
});

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceModelFolder } from '../../../src/modelFolder/folderTransaction';
import { ModelError } from '../../../src/modelFolder/modelError';
import { moveFolder } from '../../../src/modelFolder/moveFolder';

/** As Windows answers while a file in the folder is open or mapped. */
const held = (): Error => Object.assign(new Error('EPERM: operation not permitted, rename'), { code: 'EPERM' });

describe('moving a folder whose files are open', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'biogpt-move-'));
    mkdirSync(join(dir, 'model'));
    writeFileSync(join(dir, 'model', 'model.json'), 'old');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('is tried again until whoever holds it lets go', async () => {
    let tries = 0;
    await moveFolder(join(dir, 'model'), join(dir, 'aside'), {
      patienceMs: 5_000,
      rename: (from, to) => (++tries < 3 ? Promise.reject(held()) : rename(from, to)),
    });
    assert.equal(tries, 3);
    assert.ok(existsSync(join(dir, 'aside', 'model.json')));
  });

  it('fails in the end with a sentence that says who may hold it', async () => {
    const moving = moveFolder(join(dir, 'model'), join(dir, 'aside'), {
      patienceMs: 1,
      rename: () => Promise.reject(held()),
    });
    await assert.rejects(moving, (error) => {
      assert.ok(error instanceof ModelError);
      assert.equal(error.code, 'inUse');
      assert.match(error.message, /in use by another window or program\. Close/);
      return true;
    });
  });

  it('is no question of patience where the system means what it says', async () => {
    let tries = 0;
    const refuse = (): Promise<void> => {
      tries++;
      return Promise.reject(held());
    };
    await assert.rejects(moveFolder(join(dir, 'model'), join(dir, 'aside'), { patienceMs: 0, rename: refuse }), {
      code: 'EPERM',
    });
    assert.equal(tries, 1);
  });

  it('replacing a model asks its users to let go before anything is moved', async () => {
    const order: string[] = [];
    await replaceModelFolder(
      join(dir, 'model'),
      async (temporary) => {
        order.push('written');
        writeFileSync(join(temporary, 'model.json'), 'new');
      },
      {
        beforeReplace: async (folder) => {
          assert.equal(folder, join(dir, 'model'));
          order.push('let go');
        },
        rename: (from, to) => {
          order.push('moved');
          return rename(from, to);
        },
      },
    );
    assert.deepEqual(order, ['written', 'let go', 'moved', 'moved']);
    assert.equal(readFileSync(join(dir, 'model', 'model.json'), 'utf8'), 'new');
  });

  it('a model that stays held is still there, whole, and nothing is left behind', async () => {
    const replacing = replaceModelFolder(
      join(dir, 'model'),
      async (temporary) => writeFileSync(join(temporary, 'model.json'), 'new'),
      { patienceMs: 1, rename: () => Promise.reject(held()) },
    );
    await assert.rejects(replacing, { code: 'inUse' });
    assert.equal(readFileSync(join(dir, 'model', 'model.json'), 'utf8'), 'old');
  });

  it('a model comes back when its successor cannot take its place', async () => {
    const replacing = replaceModelFolder(
      join(dir, 'model'),
      async (temporary) => writeFileSync(join(temporary, 'model.json'), 'new'),
      { patienceMs: 1, rename: (from, to) => (from.includes('partial') ? Promise.reject(held()) : rename(from, to)) },
    );
    await assert.rejects(replacing, { code: 'inUse' });
    assert.equal(readFileSync(join(dir, 'model', 'model.json'), 'utf8'), 'old');
  });
});

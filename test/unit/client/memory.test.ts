import assert from 'node:assert/strict';
import { fitsIn, makeRoom, type Tenant } from '../../../src/client/memory';
import type { DecoderState } from '../../../src/client/supervisor';
import type { ModelInfo } from '../../../src/protocol/decoder';

class Other implements Tenant {
  state: DecoderState = { kind: 'ready', model: {} as ModelInfo };
  readonly done: string[] = [];

  async quiet(): Promise<void> {
    this.done.push('quiet');
  }

  async unload(): Promise<void> {
    this.done.push('unload');
    this.state = { kind: 'idle' };
  }
}

describe('the memory of two models', () => {
  it('is shared where there is room', async () => {
    const other = new Other();
    await makeRoom(1, other, () => true);
    assert.deepEqual(other.done, []);
  });

  it('is not asked of a model that a server computes', async () => {
    const other = new Other();
    other.state = { kind: 'ready', model: { server: { host: 'gpu', lacks: [] } } as unknown as ModelInfo };
    await makeRoom(1, other, () => false);
    assert.deepEqual(other.done, []);
  });

  it('is given to the one that is needed, once the other has nothing to do', async () => {
    const other = new Other();
    await makeRoom(1, other, () => false);
    assert.deepEqual(other.done, ['quiet', 'unload']);
    await makeRoom(1, other, () => false);
    assert.equal(other.done.length, 2, 'what is not loaded takes no room');
  });

  it('is asked for again after a wait', async () => {
    const other = new Other();
    let asked = 0;
    await makeRoom(1, other, () => asked++ > 0);
    assert.deepEqual(other.done, ['quiet']);
  });

  it('is what the machine calls free, but on macOS, which calls little free', () => {
    assert.ok(fitsIn({ platform: 'linux', total: 8e9, free: 2e9 }, 1e9));
    assert.ok(!fitsIn({ platform: 'win32', total: 8e9, free: 1.2e9 }, 1e9));
    assert.ok(fitsIn({ platform: 'darwin', total: 8e9, free: 1e8 }, 1e9));
    assert.ok(!fitsIn({ platform: 'darwin', total: 8e9, free: 1e8 }, 3e9));
  });
});

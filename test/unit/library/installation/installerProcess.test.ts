import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { ProcessWorker } from '../../../../src/library/installation/installerProcess';
import type { InstallJob } from '../../../../src/protocol/installer';

const modulePath = fileURLToPath(new URL('support/installerProcess.mjs', import.meta.url));
const job = { outDir: '/models/biogpt-int8' } as InstallJob;

describe('the installer process', () => {
  it('has a model let go of before it replaces it, and given back when the process is gone', async () => {
    const order: string[] = [];
    const worker = new ProcessWorker(modulePath, (line) => order.push(line));
    await worker.install(job, {
      hold: async (modelDir) => {
        order.push(`let go of ${modelDir}`);
        return () => order.push('given back');
      },
    });
    assert.deepEqual(order, ['asks', 'let go of /models/biogpt-int8', 'replaces', 'given back']);
  });

  it('is answered where nobody holds a model, as on the command line', async () => {
    const order: string[] = [];
    await new ProcessWorker(modulePath, (line) => order.push(line)).install(job);
    assert.deepEqual(order, ['asks', 'replaces']);
  });
});

/** Runs a model folder through the C API alone, after what nothing refers to has been collected. Needs `--expose-gc`. */
import { setTimeout as wait } from 'node:timers/promises';
import { OrtNative } from '../../../../src/decoder/session/ortNative';
import { openSession } from '../../../../src/decoder/session/openSession';
import { KvCache } from '../../../../src/decoder/session/kvCache';
import { openModelFolder } from '../../../../src/modelFolder/modelFolder';

async function main(): Promise<void> {
  const native = await OrtNative.load();
  const { paths, description } = await openModelFolder(process.argv[2]!);
  const session = await openSession(paths.graph, description.architecture, {
    threads: 1,
    backend: 'native',
    loadNative: async () => native,
  });
  for (let i = 0; i < 3; i++) {
    globalThis.gc!();
    // What was collected is let go of in a later turn.
    await wait(10);
  }
  const logits = await session.forward(new KvCache(session.cacheShape), [2, 5, 6], 'last');
  console.log(logits.every(Number.isFinite) ? 'finite' : 'not finite');
  await session.dispose();
}

void main();

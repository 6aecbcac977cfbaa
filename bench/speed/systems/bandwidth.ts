// The memory-bandwidth roofline: how fast threads that do nothing else read memory.
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { serve } from './serve';

/** Bytes per thread: far above any cache. */
const BLOCK_BYTES = 512 * 1024 * 1024;
const REPEATS = 2;

/** Loops of the C library and of V8 that read each byte once. */
const loops: Record<string, (block: Buffer) => unknown> = {
  'one stream (memchr)': (block) => block.indexOf(2),
  'two streams (memcmp)': (block) => block.subarray(0, BLOCK_BYTES / 2).compare(block.subarray(BLOCK_BYTES / 2)),
};

function work(): void {
  const block = Buffer.alloc(BLOCK_BYTES, 1);
  parentPort!.on('message', (loop: string) => {
    loops[loop]!(block);
    parentPort!.postMessage('done');
  });
}

const workers: Worker[] = [];

function run(loop: string): Promise<unknown> {
  return Promise.all(
    workers.map((worker) => {
      const done = new Promise((resolve) => worker.once('message', resolve));
      worker.postMessage(loop);
      return done;
    }),
  );
}

if (!isMainThread && workerData === 'reader') work();
else {
  void serve({
    load: async ({ threads }) => {
      for (let i = 0; i < threads; i++) workers.push(new Worker(__filename, { workerData: 'reader' }));
      for (const loop of Object.keys(loops)) await run(loop);
      return { version: `Node ${process.versions.node}` };
    },
    bandwidth: async () => {
      let best = { bytesPerSecond: 0, loop: '' };
      for (let repeat = 0; repeat < REPEATS; repeat++) {
        for (const loop of Object.keys(loops)) {
          const started = performance.now();
          await run(loop);
          const bytesPerSecond = (workers.length * BLOCK_BYTES * 1000) / (performance.now() - started);
          if (bytesPerSecond > best.bytesPerSecond) best = { bytesPerSecond, loop };
        }
      }
      return best;
    },
  });
}

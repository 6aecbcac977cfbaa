// A window without an editor: installs a model and asks it, by the code that the extension host runs. It begins when its
// standard input says so, and ends with it.
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { forkDecoder } from '../../../src/client/forkDecoder';
import { Supervisor } from '../../../src/client/supervisor';
import { Catalogue } from '../../../src/library/catalogue/catalogue';
import { HuggingFaceHub } from '../../../src/library/hub/huggingFaceHub';
import { ProcessWorker } from '../../../src/library/installation/installerProcess';
import { ModelInstaller } from '../../../src/library/installation/modelInstaller';
import { ModelStore } from '../../../src/library/installation/modelStore';
import { REPO } from '../../faults/support/installation';
import type { WindowReport } from '../windows';
import { proportionalMegabytes } from './proportionalMemory';

const DIST = resolve(__dirname, '..', '..', '..', 'dist');

async function main([folder, endpoint]: readonly string[]): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  process.stdout.write('ready\n');
  await lines.next();

  const started = performance.now();
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  const installer = new ModelInstaller({
    store: new ModelStore(folder!),
    catalogue: Catalogue.builtIn(),
    hub: new HuggingFaceHub({ endpoint: endpoint!, fetch, stallMs: 10_000 }),
    worker: new ProcessWorker(`${DIST}/installer.cjs`, log),
    log,
  });
  const model = await installer.install({ kind: 'hub', repo: REPO }, { precision: 'int8', keepOriginal: false });
  const installedMs = performance.now() - started;

  const supervisor = new Supervisor({
    launch: () => forkDecoder({ modulePath: `${DIST}/decoder.cjs`, onOutput: log }),
    models: { choose: async () => ({ modelDir: model.dir, threads: 1 }), refused: () => false },
    clock: { now: () => performance.now(), after: (ms, callback) => afterMs(ms, callback) },
    idleMinutes: () => 0,
    log,
    onStateChange: () => undefined,
    onGiveUp: () => undefined,
  });
  const { text } = await supervisor.complete({
    textBefore: 'The protein binds to ',
    decoding: { strategy: 'greedy' },
    stop: { maxNewTokens: 12, minNewTokens: 12 },
  });
  const { pid } = (await supervisor.status())!;
  const report: WindowReport = {
    text,
    installedMs: Math.round(installedMs),
    answeredMs: Math.round(performance.now() - started),
    decoder: pid,
    megabytes: proportionalMegabytes(pid),
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  await lines.next();
  await supervisor.dispose();
  process.stdin.destroy();
}

function afterMs(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
  process.stdin.destroy();
});

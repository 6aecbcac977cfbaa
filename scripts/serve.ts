// Serves VS Code in the browser with the extension on a folder, until it is interrupted.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startCodeServer } from '../test/host/codeServer.js';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '0' } },
  });
  const folder = resolve(positionals[0] ?? 'samples');
  const server = await startCodeServer({
    extension: join(__dirname, '..'),
    port: Number(values.port),
    log: (line) => console.log(line),
  });
  const files = ['manuscript.tex', 'manuscript.md'].map((name) => join(folder, name));
  console.log(`\nVS Code with BioGPT Writer is served at\n\n  ${server.url(folder, files)}\n`);
  console.log('Open this address in a browser, put the cursor behind a sentence, and go on writing. Ctrl+C stops it.');

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await server.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  // Killed, `npm start` tells nobody: then this process has another parent.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && void stop(), 1000);
  await server.ended;
  clearInterval(watch);
  if (!stopping) throw new Error(`VS Code's server ended by itself. It printed:\n${server.output().trim()}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

// A test Hub to play with: `npx tsx test/support/testHub/serve.ts [--slow BYTES_PER_S] [--port N] [owner/name=]FOLDER…`
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { TestHub } from './testHub';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { slow: { type: 'string' }, port: { type: 'string' } },
    allowPositionals: true,
  });
  const hub = await TestHub.start({
    ...(values.slow && { bytesPerSecond: Number(values.slow) }),
    ...(values.port && { port: Number(values.port) }),
  });
  for (const argument of positionals) {
    const [, repo, folder] = /^(?:([^=]+)=)?(.+)$/.exec(argument)!;
    const name = repo ?? `test/${basename(resolve(folder!))}`;
    console.log(`${name} at ${await hub.publish(name, resolve(folder!))}`);
  }
  console.log(hub.url);
}

void main();

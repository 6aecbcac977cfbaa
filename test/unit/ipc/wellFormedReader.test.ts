import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RequestType } from 'vscode-jsonrpc/node';
import { RpcProcess } from '../../../src/ipc/rpcProcess';

const Ping = new RequestType<object, string, void>('ping');

/** Messages that a broken or taken-over process may send. */
const MALFORMED = [
  null,
  5,
  'x',
  [],
  {},
  { jsonrpc: '2.0', method: '$/cancelRequest' },
  { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: {} } },
  { jsonrpc: '2.0', method: '$/cancelRequest', params: 7 },
  { jsonrpc: '2.0', method: '$/progress', params: null },
  { jsonrpc: '2.0', method: '$/progress', params: { token: [] } },
  { jsonrpc: '2.0', method: {}, id: 1 },
  { jsonrpc: '2.0', method: 'ping', id: {} },
  { jsonrpc: '2.0', id: null, error: 'no' },
  { jsonrpc: '2.0', id: 0, error: { code: 'x' } },
  { jsonrpc: '2.0', id: {}, result: 1 },
];

describe('malformed messages of a child process', () => {
  it('do no harm to the process that reads them, and its requests are answered', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'biogpt-ipc-'));
    const child = join(dir, 'child.cjs');
    writeFileSync(
      child,
      `for (const message of ${JSON.stringify(MALFORMED)}) process.send(message);
       process.on('message', (m) => m.method === 'ping' && process.send({ jsonrpc: '2.0', id: m.id, result: 'pong' }));`,
    );
    const lines: string[] = [];
    const fatal: unknown[] = [];
    const onFatal = (error: unknown): void => void fatal.push(error);
    // Instead of mocha, which would end the run at the first.
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException').on('uncaughtException', onFatal);
    const rpc = new RpcProcess({ modulePath: child, name: 'child', onOutput: (line) => lines.push(line) });
    try {
      assert.equal(await rpc.request(Ping, {}), 'pong');
      await delay(20);
      assert.deepEqual(fatal, []);
      assert.equal(
        lines.filter((line) => line === 'channel: a malformed message was ignored').length,
        MALFORMED.length,
      );
    } finally {
      process.removeListener('uncaughtException', onFatal);
      for (const listener of others) process.on('uncaughtException', listener);
      rpc.stop();
      await rpc.ended;
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLocked, LockLost, withLock } from '../../../../src/library/installation/lock';
import { temporaryFolder } from '../../conversion/support/tinyModel';

const holder = fileURLToPath(new URL('../support/lockHolder.ts', import.meta.url));

describe('the lock of an installation', () => {
  let dir: string;
  let path: string;
  let remove: () => void;

  beforeEach(() => {
    [dir, remove] = temporaryFolder();
    path = join(dir, 'biogpt');
  });
  afterEach(() => remove());

  it('lets one in at a time, and the next when that one is done', async () => {
    const order: string[] = [];
    let finish!: () => void;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    const first = withLock(path, { wait: true }, async () => {
      order.push('first in');
      await finished;
      order.push('first out');
    });
    // The lock is on disk a moment before its job begins.
    while (!order.includes('first in')) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.ok(await isLocked(path));
    const second = withLock(path, { wait: true, onWait: () => order.push('second waits') }, async () =>
      order.push('second in'),
    );
    while (!order.includes('second waits')) await new Promise((resolve) => setTimeout(resolve, 10));
    finish();
    await Promise.all([first, second]);
    assert.deepEqual(order, ['first in', 'second waits', 'first out', 'second in']);
    assert.equal(await isLocked(path), false);
  });

  it('tells who does not want to wait', async () => {
    await withLock(path, { wait: true }, async () => {
      assert.equal(await withLock(path, { wait: false }, async () => 'in'), 'busy');
    });
    assert.equal(await withLock(path, { wait: false }, async () => 'in'), 'in');
  });

  it('stops waiting when its caller does', async () => {
    await withLock(path, { wait: true }, async () => {
      const abort = new AbortController();
      const reason = new Error('enough');
      const waiting = withLock(
        path,
        { wait: true, signal: abort.signal, onWait: () => abort.abort(reason) },
        async () => 'in',
      );
      await assert.rejects(waiting, reason);
    });
  });

  it('is free again after an error', async () => {
    await assert.rejects(
      withLock(path, { wait: true }, () => Promise.reject(new Error('failed'))),
      /failed/,
    );
    assert.equal(await withLock(path, { wait: false }, async () => 'in'), 'in');
  });

  it('of a killed process is taken over', async function () {
    this.timeout(30_000);
    const child = fork(holder, [path], { execArgv: ['--import', 'tsx'] });
    await once(child, 'message');
    assert.equal(await isLocked(path), true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    let waited = false;
    assert.equal(await withLock(path, { wait: true, onWait: () => (waited = true) }, async () => 'in'), 'in');
    assert.ok(waited);
  });

  it('aborts the work when another has taken over', async () => {
    const work = withLock(path, { wait: true }, async ({ signal }) => {
      // As after a long sleep of the machine: the lock is another's by its time.
      utimesSync(`${path}.lock`, 1, 1);
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    await assert.rejects(work, /Another process has taken over/);
  });

  it('tells a job that was canceled first when another has taken over', async () => {
    const abort = new AbortController();
    const canceled = new Error('canceled');
    await withLock(path, { wait: true, signal: abort.signal }, async ({ signal, throwIfLost }) => {
      abort.abort(canceled);
      throwIfLost();
      utimesSync(`${path}.lock`, 1, 1);
      await assert.rejects(async () => {
        for (;;) {
          throwIfLost();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }, LockLost);
      assert.equal(signal.reason, canceled);
    });
  });

  it('is not waited for any longer than its caller wants', async () => {
    await withLock(path, { wait: true }, async () => {
      const abort = new AbortController();
      const canceled = new Error('canceled');
      const waiting = withLock(
        path,
        { wait: true, signal: abort.signal, onWait: () => abort.abort(canceled) },
        async () => 'in',
      );
      await assert.rejects(waiting, canceled);
    });
  });
});

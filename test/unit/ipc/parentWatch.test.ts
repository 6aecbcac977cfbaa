import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { watchParent } from '../../../src/ipc/parentWatch';

describe('the parent watch', () => {
  it('calls once when the parent is gone', async () => {
    let alive = true;
    let looks = 0;
    let calls = 0;
    const exists = (pid: number): boolean => {
      looks++;
      return pid === 1234 && alive;
    };
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await turn();
    };
    watchParent(1234, () => calls++, exists, 1);
    await until(() => looks >= 3);
    assert.equal(calls, 0);
    alive = false;
    await until(() => calls > 0);
    const seen = looks;
    // Several of its intervals: a watch that went on would look again.
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual([calls, looks], [1, seen]);
  });
});

import assert from 'node:assert/strict';
import { Lifetime } from '../../../src/extension/lifetime';

describe('lifetime', () => {
  it('ends in reverse order, each thing once the one after it has ended', async () => {
    const lifetime = new Lifetime();
    const ended: string[] = [];
    let processEnds!: () => void;
    lifetime.own({ dispose: () => ended.push('log') });
    lifetime.own({
      dispose: () => new Promise<void>((resolve) => (processEnds = resolve)).then(() => ended.push('process')),
    });
    lifetime.own({
      dispose: () => {
        ended.push('commands');
        throw new Error('It failed.');
      },
    });
    const over = lifetime.end();
    await Promise.resolve();
    await new Promise(setImmediate);
    assert.deepEqual(ended, ['commands'], 'the log outlives the process that writes to it');
    processEnds();
    await over;
    assert.deepEqual(ended, ['commands', 'process', 'log']);
  });

  it('ends once, however often it is asked to', async () => {
    const lifetime = new Lifetime();
    let times = 0;
    lifetime.own({ dispose: () => times++ });
    await Promise.all([lifetime.end(), lifetime.end()]);
    await lifetime.end();
    assert.equal(times, 1);
  });
});

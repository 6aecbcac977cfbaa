import assert from 'node:assert/strict';
import { TransferMeter } from '../../../../src/library/hub/transferMeter';

describe('the speed of a transfer', () => {
  let now: number;
  let meter: TransferMeter;
  beforeEach(() => {
    now = 1000;
    meter = new TransferMeter(() => now);
  });

  it('is unknown at first', () => {
    assert.deepEqual(meter.read(0, 1000), { bytesPerSecond: null, secondsLeft: null });
    now += 100;
    assert.deepEqual(meter.read(500, 1000), { bytesPerSecond: null, secondsLeft: null });
  });

  it('does not count what earlier tries have fetched', () => {
    meter.add(1_000_000);
    now += 1000;
    assert.deepEqual(meter.read(1_000_100, 1_000_300), { bytesPerSecond: 100, secondsLeft: 2 });
  });

  it('forgets what is older than its window', () => {
    let done = 0;
    meter.add(done);
    for (let i = 0; i < 100; i++) {
      now += 100;
      meter.add((done += 1000));
    }
    assert.ok(Math.abs(meter.read(done, 1e6).bytesPerSecond! - 10_000) < 1);
    for (let i = 0; i < 60; i++) {
      now += 100;
      meter.add((done += 10));
    }
    assert.ok(Math.abs(meter.read(done, 1e6).bytesPerSecond! - 100) < 1);
  });

  it('falls to zero while nothing comes', () => {
    meter.add(0);
    now += 1000;
    meter.add(1000);
    now += 4000;
    assert.equal(meter.read(1000, 2000).bytesPerSecond, 200);
    for (let i = 0; i < 6; i++) {
      now += 1000;
      meter.read(1000, 2000);
    }
    assert.deepEqual(meter.read(1000, 2000), { bytesPerSecond: 0, secondsLeft: null });
  });

  it('starts anew when the transfer starts over', () => {
    meter.add(5000);
    now += 1000;
    meter.add(0);
    assert.equal(meter.read(0, 5000).bytesPerSecond, null);
    now += 1000;
    assert.equal(meter.read(1000, 5000).bytesPerSecond, 1000);
    assert.equal(meter.read(1000, 5000).secondsLeft, 4);
  });

  it('keeps few samples however often it is told', () => {
    for (let i = 0; i < 100_000; i++) {
      now += 0.1;
      meter.add(i);
    }
    assert.ok((meter as unknown as { samples: unknown[] }).samples.length < 30);
    assert.ok(Math.abs(meter.read(99_999, 1e6).bytesPerSecond! - 10_000) < 100);
  });
});

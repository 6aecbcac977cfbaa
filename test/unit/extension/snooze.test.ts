import './support/vscode';
import assert from 'node:assert/strict';
import { Snooze } from '../../../src/extension/snooze';
import { FakeClock } from '../completion/support/fakeClock';

describe('snooze', () => {
  let clock: FakeClock;
  let changes: boolean[];
  let snooze: Snooze;

  beforeEach(() => {
    clock = new FakeClock();
    changes = [];
    snooze = new Snooze(clock, () => changes.push(snooze.active));
  });

  it('ends by itself', async () => {
    snooze.start(5);
    await clock.advance(5 * 60_000 - 1);
    assert.equal(snooze.active, true);
    await clock.advance(1);
    assert.deepEqual([snooze.active, changes], [false, [true, false]]);
  });

  it('lasts as long as was chosen last', async () => {
    snooze.start(5);
    snooze.start(15);
    await clock.advance(10 * 60_000);
    assert.equal(snooze.active, true);
    snooze.start(null);
    await clock.advance(24 * 60 * 60_000);
    assert.equal(snooze.active, true);
  });

  it('can be ended, once', () => {
    snooze.start(15);
    snooze.end();
    snooze.end();
    assert.deepEqual([changes, clock.pending], [[true, false], 0]);
  });
});

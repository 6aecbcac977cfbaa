// The campaigns of `npm run endurance`, each for a minute at most.
import assert from 'node:assert/strict';
import { requireChromium } from '../e2e/support/requireChromium.js';
import { decoderKilled } from './decoderKilled.js';
import { fullDisk } from './fullDisk.js';
import { typing } from './typing.js';
import { windows } from './windows.js';
import { SmallDisk } from '../faults/support/smallDisk.js';

const log = (line: string): void => console.log(`      ${line}`);
/** What is promised is 2 s, which the campaign measures on a machine that does nothing else; this is no measure of time. */
const BACK_ON_A_BUSY_MACHINE_MS = 30_000;

describe('endurance', function () {
  this.timeout(300_000);

  it('a writer loses no key when decoders die, and is soon helped again', async function () {
    requireChromium(this);
    const report = await decoderKilled({ times: 4, stopSeconds: 2, seed: 1, log });
    log(JSON.stringify(report));
    assert.equal(report.keysLost, 0);
    assert.ok(report.keys > 4 * 40);
    assert.ok(report.back.max <= BACK_ON_A_BUSY_MACHINE_MS, JSON.stringify(report.back));
    assert.ok(report.messages.length <= 1, report.messages.join('\n'));
    assert.deepEqual([report.orphans, report.filesLeft], [0, []]);
  });

  it('no word that is typed reaches a log or another file', async function () {
    requireChromium(this);
    const { keys, accepted, leaks, searched, messages } = await typing({ minutes: 0.4, seed: 1, log });
    log(JSON.stringify({ keys, accepted, searched }));
    assert.ok(keys > 100 && searched > 20);
    assert.deepEqual([leaks, messages], [[], []]);
  });

  it('a disk that fills up while a packed form is saved costs the form and nothing else', async function () {
    const missing = SmallDisk.missing();
    if (missing !== undefined) {
      log(`skipped: ${missing}`);
      this.skip();
    }
    const report = await fullDisk({ times: 6, seed: 1, log });
    log(JSON.stringify(report));
    assert.equal(report.answered, 6);
    assert.ok(report.notKept > 0, 'the disk was never full');
    assert.deepEqual(report.left, []);
  });

  it('two windows that start at once share an installation', async () => {
    const report = await windows({ windows: 2, log });
    log(JSON.stringify(report));
    assert.equal(report.answers, 1);
    assert.deepEqual([report.left, report.orphans], [[], 0]);
    assert.ok(report.share <= 1.05, `${report.share} of the bytes were sent`);
  });
});

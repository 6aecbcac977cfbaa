import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { DownloadFolder, type DownloadState } from '../../../../src/library/installation/downloadFolder';
import { LockLost } from '../../../../src/library/installation/lock';
import { temporaryFolder } from '../../conversion/support/tinyModel';

const state: DownloadState = {
  key: 'lab--tiny',
  source: { kind: 'hub', repo: 'lab/tiny' },
  precision: 'int8',
  paused: false,
  installed: false,
  listing: { repo: 'lab/tiny', revision: 'a'.repeat(40), files: [] },
};

describe('DownloadFolder', () => {
  let dir: string;
  let remove: () => void;
  beforeEach(() => ([dir, remove] = temporaryFolder()));
  afterEach(() => remove());

  it('changes nothing once its lock is lost', async () => {
    let lost = false;
    const throwIfLost = (): void => {
      if (lost) throw new LockLost(new Error('slept'));
    };
    const folder = new DownloadFolder(dir, state.key, { throwIfLost });
    await folder.write(state);
    lost = true;
    await assert.rejects(folder.write({ ...state, paused: true }), LockLost);
    await assert.rejects(folder.removeFile('download.json'), LockLost);
    await assert.rejects(folder.remove(), LockLost);
    const onDisk = JSON.parse(readFileSync(folder.file('download.json'), 'utf8')) as DownloadState;
    assert.equal(onDisk.paused, false);
  });
});

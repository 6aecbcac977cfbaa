import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PreparedForms, type FormOptions } from '../../../src/decoder/session/preparedForms';

const DAY_MS = 24 * 3600_000;
const NOW = Date.UTC(2026, 0, 1);
const BYTES = 370e6;

describe('the saved forms of a graph', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'biogpt-forms-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const formsOf = (machine: string, options: FormOptions = {}, version = '1.0.0'): PreparedForms =>
    new PreparedForms(join(folder, 'model.onnx'), version, {
      machine,
      freeBytes: async () => 1e12,
      now: () => NOW,
      ...options,
    });
  /** The form of a machine, last used so many days ago. */
  function used(machine: string, daysAgo: number): string {
    const { dir, graph } = formsOf(machine);
    mkdirSync(dir);
    writeFileSync(graph, '');
    const when = (NOW - daysAgo * DAY_MS) / 1000;
    utimesSync(dir, when, when);
    return basename(dir);
  }
  const there = (): string[] => readdirSync(folder).sort();

  it('belong to one version of the runtime and one machine each', () => {
    const dirs = [formsOf('a'), formsOf('b'), formsOf('a', {}, '1.0.1')].map(({ dir }) => dir);
    assert.equal(new Set(dirs).size, 3);
    assert.equal(formsOf('a').dir, dirs[0]);
  });

  it('stay while others use them, whoever comes', async () => {
    const names = [used('a', 0), used('b', 6)];
    // Even where the disk is full.
    assert.match((await formsOf('c', { freeBytes: async () => 0 }).makeRoom(BYTES))!, /3\.7 GB .* 0\.0 GB/);
    assert.equal(await formsOf('c').makeRoom(BYTES), null);
    assert.deepEqual(there(), names.sort());
  });

  it('are in use from the last time that somebody looked for them', async () => {
    used('a', 29);
    assert.equal(await formsOf('a').state(), 'usable');
    await formsOf('b', { now: () => NOW + 29 * DAY_MS }).makeRoom(BYTES);
    assert.equal(await formsOf('a').state(), 'usable');
  });

  it('go when nobody has used them for a month', async () => {
    const kept = used('a', 29);
    used('b', 31);
    assert.equal(await formsOf('c').makeRoom(BYTES), null);
    assert.deepEqual(there(), [kept]);
  });

  it('make room on a full disk, the one unused for longest first, if that is a week', async () => {
    // Each takes two sizes of the weights; ten are asked for.
    const cases: [disk: number, lacking: boolean, kept: string[]][] = [
      [16, false, ['a', 'b', 'c']],
      [14, false, ['b', 'c']],
      [13, false, ['c']],
      [11, true, ['c']],
    ];
    for (const [disk, lacking, kept] of cases) {
      const names = new Map([used('a', 20), used('b', 10), used('c', 1)].map((name, i) => ['abc'[i]!, name]));
      const freeBytes = async (): Promise<number> => (disk - 2 * there().length) * BYTES;
      assert.equal((await formsOf('d', { freeBytes }).makeRoom(BYTES)) !== null, lacking);
      assert.deepEqual(there(), kept.map((machine) => names.get(machine)!).sort());
      for (const name of there()) rmSync(join(folder, name), { recursive: true });
    }
  });

  it('are four at most: a fifth machine does without while all are in use', async () => {
    const names = ['a', 'b', 'c', 'd'].map((machine, i) => used(machine, i));
    assert.match((await formsOf('e').makeRoom(BYTES))!, /^4 other machines or versions/);
    assert.deepEqual(there(), [...names].sort());
    // One that rests makes place.
    const when = (NOW - 8 * DAY_MS) / 1000;
    utimesSync(join(folder, names[1]!), when, when);
    assert.equal(await formsOf('e').makeRoom(BYTES), null);
    assert.deepEqual(there(), names.filter((_, i) => i !== 1).sort());
  });

  it('remember a disagreement for their own machine alone', async () => {
    const forms = formsOf('a');
    assert.equal(await forms.state(), 'missing');
    await forms.markDiffering();
    assert.deepEqual([await forms.state(), await formsOf('b').state()], ['differs', 'missing']);
    // An empty folder says nothing.
    mkdirSync(formsOf('b').dir);
    assert.equal(await formsOf('b').state(), 'missing');
  });
});

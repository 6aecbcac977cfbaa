/**
 * Model files and catalogues that damage or ill will has changed: no code of theirs runs, nothing crashes or hangs,
 * memory stays bounded, and each refusal is an error in words. `BIOGPT_HOSTILE_FILES` (how many) lengthens the run,
 * `BIOGPT_HOSTILE_SEED` repeats it; a seed alone repeats one file.
 */
import assert from 'node:assert/strict';
import { attackFiles, machine } from './support/campaign';

const asked = process.env['BIOGPT_HOSTILE_FILES'];
const seed = Number(process.env['BIOGPT_HOSTILE_SEED'] ?? 1);
/** Without a wish: as many as fit in this time. */
const SECONDS = 30;

describe('hostile model files', () => {
  it('are read or refused in words, and nothing else', async function () {
    const [count, seconds] = asked === undefined ? [2_000, SECONDS] : [Number(asked), Infinity];
    this.timeout(asked === undefined ? 150_000 : 0);
    const tell = (line: string): void => void (asked !== undefined && console.log(line));
    const result = await attackFiles(seed, count, seconds, tell);
    for (const [kind, { refused, accepted, crashes }] of [...result.byKind].sort()) {
      console.log(`      ${kind}: ${refused} refused, ${accepted} read, ${crashes} crashes`);
    }
    const { attempts, slowestCpuMs, peakMb, nativeCrashes, wrong } = result;
    console.log(
      `      ${attempts} files from seed ${seed}; slowest ${Math.round(slowestCpuMs)} ms, ${peakMb} MB at most, ` +
        `${nativeCrashes} crashes in ONNX Runtime; ${machine()}`,
    );
    assert.deepEqual(wrong, []);
    assert.ok(attempts >= Math.min(count, 100), `${attempts} files were tried`);
  });
});

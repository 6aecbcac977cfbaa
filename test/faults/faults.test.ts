// Random faults of every kind, struck at the real command line and installer process. `BIOGPT_FAULTS`: how
// many; `BIOGPT_FAULTS_SEED`: which; `BIOGPT_FAULTS_KIND`: of this kind only.
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/decoder/generation/random';
import { ModelStore } from '../../src/library/installation/modelStore';
import type { Precision } from '../../src/modelFolder/format';
import { TestHub, type ServedRequest } from '../support/testHub/testHub';
import { SIZES, WEIGHTS, writeCheckpoint, type Size } from './support/checkpoints';
import { FAULT_KINDS, type FaultKind, type Struck } from './support/faultKinds';
import { Installation, REPO } from './support/installation';
import { createReference, probe, same, type Reference } from './support/reference';
import { SmallDisk } from './support/smallDisk';

const COUNT = Number(process.env['BIOGPT_FAULTS'] ?? 40);
const KINDS = FAULT_KINDS.filter(({ name }) => name === (process.env['BIOGPT_FAULTS_KIND'] ?? name));
const SEED = Number(process.env['BIOGPT_FAULTS_SEED'] ?? Math.floor(1e9 * Math.random()));
const PRECISIONS: readonly Precision[] = ['fp32', 'int8'];
/** What the connection brings: slow enough for faults to strike midway. */
const BYTES_PER_SECOND = 25e6;
/** More than the installer wants to be free besides the model. */
const DISK_BYTES = 300e6;
/** Most bytes sent again, of those to be sent. */
const REPEATED = 0.05;
/** Sent, and not yet stored by the client: what is lost when it is killed. */
const IN_FLIGHT_BYTES = 128 * 1024;

/** What a fault has left behind: the new model, the old one, or none. */
type After = 'new' | 'old' | 'none';

interface Report {
  detail: string;
  after: After;
  /** Bytes sent of right content, and not made useless by the fault itself, by those to be sent. */
  share: number;
  ms: number;
}

interface FaultCase {
  index: number;
  kind: FaultKind;
  size: Size;
  precision: Precision;
  /** An older model is installed already. */
  update: boolean;
  seed: number;
}

describe(`${COUNT} faults (BIOGPT_FAULTS_SEED=${SEED})`, () => {
  const root = mkdtempSync(join(tmpdir(), 'biogpt-faults-'));
  const noDisk = SmallDisk.missing();
  const cases = drawCases();
  const checkpoints = new Map<string, string>();
  const references = new Map<string, Reference>();
  const reports = new Map<FaultCase, Report>();
  /** Each fault's run; several go on at once, as most of their time is waiting. */
  let runs: Promise<void>[] = [];

  before('installs without faults', async function () {
    this.timeout(300_000);
    assert.ok(KINDS.length > 0, `no such kind; there are: ${FAULT_KINDS.map(({ name }) => name).join(', ')}`);
    for (const size of SIZES) {
      for (const version of ['old', 'new']) {
        checkpoints.set(`${size} ${version}`, writeCheckpoint(root, size, version === 'old' ? 1 : 2));
        for (const precision of PRECISIONS) {
          const key = `${size} ${version} ${precision}`;
          references.set(
            key,
            await createReference(join(root, key), checkpoints.get(`${size} ${version}`)!, precision),
          );
        }
      }
    }
    runs = inParallel(
      cases.filter((each) => !skipped(each)),
      availableParallelism() + 2,
    );
  });

  for (const faultCase of cases) {
    const { index, kind, size, precision, update } = faultCase;
    it(`${index} ${kind.name} (${size}, ${precision}${update ? ', update' : ''})`, async function () {
      this.timeout(600_000);
      if (skipped(faultCase)) {
        console.log(`      skipped: ${noDisk}`);
        this.skip();
      }
      await runs[cases.filter((each) => !skipped(each)).indexOf(faultCase)];
    });
  }

  after(() => {
    summarise();
    rmSync(root, { recursive: true, force: true });
  });

  function drawCases(): FaultCase[] {
    const random = createRandom(SEED);
    // Each kind in turn, so that few faults are of many kinds.
    return Array.from({ length: COUNT }, (_, index) => ({
      index,
      kind: KINDS[index % KINDS.length] as FaultKind,
      size: random() < 0.7 ? 'small' : 'large',
      precision: PRECISIONS[Math.floor(PRECISIONS.length * random())]!,
      update: random() < 0.4,
      seed: Math.floor(2 ** 31 * random()),
    }));
  }

  function skipped({ kind }: FaultCase): boolean {
    return kind.needsDisk === true && noDisk !== undefined;
  }

  function inParallel(all: FaultCase[], lanes: number): Promise<void>[] {
    const free = Array.from({ length: lanes }, () => Promise.resolve());
    return all.map((each, i) => {
      // Each waits for an earlier one, however that one ends.
      const run = free[i % lanes]!.then(() => strike(each));
      free[i % lanes] = run.catch(() => undefined);
      return run;
    });
  }

  /** One fault, the state after it, and a try without faults. */
  async function strike(faultCase: FaultCase): Promise<void> {
    const { index, kind, size, precision, update, seed } = faultCase;
    const started = performance.now();
    const old = references.get(`${size} old ${precision}`)!;
    const wanted = references.get(`${size} new ${precision}`)!;
    const place = join(root, `case-${index}`);
    const disk = kind.needsDisk ? await SmallDisk.create(place, DISK_BYTES) : undefined;
    const folder = join(disk?.path ?? place, 'models');
    const hub = await TestHub.start({
      bytesPerSecond: BYTES_PER_SECOND,
      stored: { bytes: (name) => storedIn(folder, name), window: IN_FLIGHT_BYTES },
    });
    try {
      mkdirSync(folder, { recursive: true });
      if (update) cpSync(old.dir, join(folder, old.name), { recursive: true });
      await hub.publish(REPO, checkpoints.get(`${size} new`)!);
      const install = (): Installation =>
        new Installation(disk ? join(place, 'models') : folder, hub.url, precision, disk?.prefix);
      const bytes = statSync(join(checkpoints.get(`${size} new`)!, WEIGHTS)).size;
      const struck = await kind.strike({
        hub,
        bytes,
        modelBytes: wanted.bytes,
        random: createRandom(seed),
        install,
        ...(disk && { disk }),
      });
      const context = `${kind.name}, ${struck.detail}\n${struck.outcome.stderr}`;

      const after = await stateOf(folder, old, wanted, update, context);
      if (struck.outcome.code === 0) assert.equal(after, 'new', `success was reported: ${context}`);
      if (struck.mustSucceed) assert.equal(struck.outcome.code, 0, context);
      if (struck.outcome.code !== 0 && struck.outcome.signal === null) {
        assert.match(
          struck.outcome.stderr,
          /error: .+\. .+\.\n$/,
          `a failure says what happened and what to do: ${context}`,
        );
      }

      hub.plan = () => undefined;
      const retry = async (): Promise<void> => {
        const { code, stderr } = await install().ended;
        assert.equal(code, 0, `the retry failed: ${stderr}\nafter ${context}`);
        assert.equal(await stateOf(folder, old, wanted, update, context), 'new');
      };
      if (after !== 'new') await retry();
      const share = shareOf(hub, struck, size);
      assert.ok(
        share <= 1 + REPEATED,
        `${(100 * share).toFixed(1)} % of the bytes were sent: ${context}\n${trace(hub)}`,
      );
      // Killed after the model took its place: a try to install it anew clears away what is left.
      if (after === 'new' && struck.outcome.code !== 0) await retry();
      assertTidy(folder, wanted.name, context);
      reports.set(faultCase, { detail: struck.detail, after, share, ms: performance.now() - started });
    } finally {
      await hub.close();
      await disk?.remove();
      rmSync(place, { recursive: true, force: true });
    }
  }

  /** Which model is there, as the product sees it: proven by what it computes. */
  async function stateOf(
    folder: string,
    old: Reference,
    wanted: Reference,
    update: boolean,
    context: string,
  ): Promise<After> {
    const store = new ModelStore(folder);
    await store.cleanLeftovers();
    const { models, damaged } = await store.list();
    assert.deepEqual(damaged, [], `a broken model is listed: ${context}`);
    if (models.length === 0) {
      assert.ok(!update, `the old model is lost: ${context}`);
      return 'none';
    }
    assert.deepEqual(
      models.map(({ name }) => name),
      [wanted.name],
    );
    // The runtime wants a path without the detour that leads to a small disk.
    const copy = mkdtempSync(join(root, 'probe-'));
    cpSync(models[0]!.dir, copy, { recursive: true });
    const logits = await probe(copy);
    rmSync(copy, { recursive: true });
    if (same(logits, wanted.logits)) return 'new';
    assert.ok(update && same(logits, old.logits), `the model computes something else: ${context}`);
    return 'old';
  }

  /** Nothing but the model is left: no partial files, temporary folders or locks. */
  function assertTidy(folder: string, name: string, context: string): void {
    const downloads = join(folder, '.downloads');
    const left = existsSync(downloads) ? readdirSync(downloads) : [];
    assert.deepEqual(left, [], `left in .downloads: ${context}`);
    assert.deepEqual(
      readdirSync(folder).filter((entry) => entry !== '.downloads'),
      [name],
      context,
    );
  }

  /**
   * Bytes of right content that were sent, by those of the files. Not counted is what the fault itself made
   * useless: wrong or surplus content, a file announced at another length (it is refused), the part that a
   * server sends though it was asked for the rest, and what was on disk when a server refuses ranges for good.
   */
  function shareOf(hub: TestHub, { useless = 0 }: Struck, size: Size): number {
    const checkpoint = checkpoints.get(`${size} new`)!;
    const needed = readdirSync(checkpoint).reduce((sum, name) => sum + statSync(join(checkpoint, name)).size, 0);
    const sent = hub.requests.reduce((sum, request) => sum + request.bytesSent - uselessOf(request), 0);
    return (sent - useless) / needed;
  }

  function summarise(): void {
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    console.log(`\n    ${'fault'.padEnd(26)}runs  new model / old model / none after it   most bytes sent   mean time`);
    for (const kind of KINDS) {
      const of = [...reports].filter(([each]) => each.kind === kind).map(([, report]) => report);
      if (of.length === 0) continue;
      const counts = (['new', 'old', 'none'] as const)
        .map((after) => of.filter((each) => each.after === after).length)
        .join(' / ');
      const most = percent(Math.max(...of.map(({ share }) => share)));
      const mean = `${(of.reduce((sum, { ms }) => sum + ms, 0) / of.length / 1000).toFixed(1)} s`;
      console.log(
        `    ${kind.name.padEnd(26)}${String(of.length).padStart(4)}  ${counts.padEnd(40)} ${most.padStart(14)} ${mean.padStart(11)}`,
      );
    }
    const all = [...reports.values()];
    console.log(
      `    ${all.length} of ${cases.length} faults survived; most bytes sent: ${percent(Math.max(0, ...all.map(({ share }) => share)))}\n`,
    );
  }
});

function uselessOf({ fault, bytesSent, start }: ServedRequest): number {
  switch (fault?.kind) {
    case 'flip':
    case 'lengthen':
      return bytesSent;
    case 'truncate':
      return fault.announced === 'sent' ? bytesSent : 0;
    case 'ignoreRange':
      return Math.min(start, bytesSent);
    default:
      return 0;
  }
}

/** Bytes of a file that lie in a download folder. */
function storedIn(folder: string, name: string): number {
  const downloads = join(folder, '.downloads');
  const sizes = (existsSync(downloads) ? readdirSync(downloads) : []).flatMap((key) =>
    [name, `${name}.part`].map((file) => statSync(join(downloads, key, file), { throwIfNoEntry: false })?.size ?? 0),
  );
  return Math.max(0, ...sizes);
}

function trace({ requests }: TestHub): string {
  return requests
    .map(
      ({ kind, path, start, status, bytesSent, fault }) =>
        `${kind} ${path} from ${start}: ${status}, ${bytesSent} bytes${fault ? ` (${fault.kind})` : ''}`,
    )
    .join('\n');
}

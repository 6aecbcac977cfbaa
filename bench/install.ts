/**
 * What it costs to make a model ready, by precision: time and memory of the conversion, size on disk, and
 * the time from the start of a decoder process to its first token.
 *
 *     npm run bench:install -- --model HF_FOLDER [--precision int8,int4] [--json]
 *
 * Weights may be random: nothing here depends on their values. `cold` reads the model from the disk,
 * `warm` from the page cache; the disk's cache is dropped file by file, which works on Linux only.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { forkDecoder } from '../src/client/forkDecoder';
import { PRECISIONS, type Precision } from '../src/modelFolder/format';

const root = resolve(__dirname, '..');
const STARTS = 3;
/** Sixteen tokens or so: a sentence's beginning. */
const PROMPT = 'Patients with type 2 diabetes were randomly assigned to receive either the drug or';

interface Figures {
  precision: Precision;
  convertSeconds: number;
  /** Of the converting process, by its own account (getrusage). */
  peakBytes: number;
  diskBytes: number;
  /** From fork to the first token; null where the page cache can't be dropped. */
  coldSeconds: number | null;
  warmSeconds: number;
  /** Resident memory of the decoder after its first token. */
  residentBytes: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { model: { type: 'string' }, precision: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  if (values.model === undefined) throw new Error('Give --model, a folder with a Hugging Face checkpoint.');
  const precisions = (values.precision?.split(',') ?? PRECISIONS) as Precision[];
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: root });
  const results: Figures[] = [];
  for (const precision of precisions) {
    const folder = mkdtempSync(join(tmpdir(), 'biogpt-install-'));
    try {
      results.push(await measure(resolve(values.model), precision, folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  if (values.json) console.log(JSON.stringify({ cpu: cpus()[0]?.model, node: process.version, results }));
  else console.log(table(results));
}

async function measure(source: string, precision: Precision, folder: string): Promise<Figures> {
  const out = join(folder, 'model');
  const peakFile = join(folder, 'peak');
  const started = performance.now();
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [
      '--require',
      join(root, 'bench/lib/peakMemory.cjs'),
      join(root, 'dist/cli.cjs'),
      'convert',
      source,
      '--out',
      out,
      '--precision',
      precision,
      '--json',
    ],
    { encoding: 'utf8', env: { ...process.env, PEAK_MEMORY_FILE: peakFile } },
  );
  if (status !== 0) throw new Error(`The conversion to ${precision} failed:\n${stderr}`);
  const convertSeconds = (performance.now() - started) / 1000;

  const cold: number[] = [];
  const warm: number[] = [];
  let residentBytes = 0;
  for (let i = 0; i < STARTS; i++) {
    if (dropFromPageCache(out)) cold.push((await start(out)).seconds);
    const { seconds, rssBytes } = await start(out);
    warm.push(seconds);
    residentBytes = rssBytes;
  }
  return {
    precision,
    convertSeconds,
    peakBytes: Number(readFileSync(peakFile, 'utf8')),
    diskBytes: (JSON.parse(stdout) as { bytes: number }).bytes,
    coldSeconds: cold.length === 0 ? null : median(cold),
    warmSeconds: median(warm),
    residentBytes,
  };
}

/** Starts a decoder as the extension does, asks it for one token, and ends it. */
async function start(modelDir: string): Promise<{ seconds: number; rssBytes: number }> {
  const started = performance.now();
  const decoder = forkDecoder({ modulePath: join(root, 'dist/decoder.cjs'), onOutput: (line) => console.error(line) });
  try {
    await decoder.load({ modelDir });
    await decoder.complete({ textBefore: PROMPT, decoding: { strategy: 'greedy' }, stop: { maxNewTokens: 1 } });
    const seconds = (performance.now() - started) / 1000;
    return { seconds, rssBytes: (await decoder.status()).rssBytes };
  } finally {
    decoder.stop();
    await decoder.ended;
  }
}

/** @returns whether the system could do it */
function dropFromPageCache(dir: string): boolean {
  if (process.platform !== 'linux') return false;
  return readdirSync(dir).every((name) => {
    const args = [`of=${join(dir, name)}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none'];
    return spawnSync('dd', args).status === 0;
  });
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function table(results: readonly Figures[]): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
  const seconds = (value: number | null): string => (value === null ? '–' : `${value.toFixed(1)} s`);
  return [
    '| precision | on disk | conversion | its peak memory | first token, cold | warm | decoder in memory |',
    '|---|---|---|---|---|---|---|',
    ...results.map(
      (each) =>
        `| ${[
          each.precision,
          megabytes(each.diskBytes),
          seconds(each.convertSeconds),
          megabytes(each.peakBytes),
          seconds(each.coldSeconds),
          seconds(each.warmSeconds),
          megabytes(each.residentBytes),
        ].join(' | ')} |`,
    ),
  ].join('\n');
}

void main();

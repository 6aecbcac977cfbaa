import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { convert } from '../conversion/convert';
import { ModelError } from '../modelFolder/modelError';
import { PRECISIONS, type Precision } from '../modelFolder/format';
import { hashFile } from '../modelFolder/hashedFile';
import { extractSource } from '../conversion/source/archive';
import { temporaryName } from '../modelFolder/temporaryName';
import type { InstallJob, InstallResult } from '../protocol/installer';
import { checkNumbers } from './checkJob';
import type { JobHooks } from './jobHooks';
import { verifyFiles } from './verifyFiles';
import { english, phrase } from '../modelFolder/phrase';

/** Weights that fit in one file, by the names of `candidates`. */
const WEIGHT_FILES = ['pytorch_model.bin', 'model.safetensors'];

/**
 * From the files of a model to a finished folder: verified, converted, checked, and only then put in
 * its place.
 * @throws ModelError, with the code `wrongHash` or `failedCheck` for those; the signal's reason. Nothing changes then.
 */
export async function runInstall(
  job: InstallJob,
  hooks: JobHooks,
  log: (line: string) => void,
): Promise<InstallResult> {
  const { signal, onProgress } = hooks;
  await verifyFiles(job.source, job.expectedFiles, (fraction) => onProgress('verify', fraction), signal);
  const unpacked = await unpack(job, hooks);
  try {
    const source = unpacked ?? job.source;
    const identity = (await recognise(source, job, hooks)) ?? job;
    const { published, origin, name, licence } = identity;
    const { dir, bytes, warnings } = await convert(source, job.outDir, {
      precision: asPrecision(job),
      name,
      source: job.sourceName,
      licence,
      ...(origin && { origin: { ...origin, ...job.origin } }),
      signal,
      onProgress: (fraction) => onProgress('convert', fraction),
      check: async (folder) => {
        const report = await checkNumbers(folder, published, hooks, log);
        for (const line of report.lines) log(english(line));
        if (report.ok) return;
        throw new ModelError(
          name,
          phrase`failed verification and will not be used: ${report.problems.reduce((all, next) => phrase`${all} ${next}`)}`,
          phrase`Try again. If it fails again, report it and attach the log.`,
          { code: 'failedCheck' },
        );
      },
      beforeReplace: (dir) => hooks.beforeReplace(dir),
    });
    return { dir, bytes, warnings };
  } finally {
    if (unpacked !== undefined) await rm(unpacked, { recursive: true, force: true });
  }
}

function asPrecision({ precision, outDir }: InstallJob): Precision {
  const known = PRECISIONS.find((each) => each === precision);
  if (known !== undefined) return known;
  throw new ModelError(
    outDir,
    phrase`cannot have the precision "${precision}".`,
    phrase`Use ${PRECISIONS.join(', ')}.`,
  );
}

/** Unpacks an archive beside the model to be; undefined for a folder. */
async function unpack({ source, outDir }: InstallJob, { signal, onProgress }: JobHooks): Promise<string | undefined> {
  const isFile = await stat(source).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  const dir = join(dirname(outDir), temporaryName(basename(outDir), 'source'));
  await mkdir(dir, { recursive: true });
  try {
    await extractSource(source, dir, { signal, onProgress: (fraction) => onProgress('verify', fraction) });
    return dir;
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

/** The known model that a local source turns out to be, by the hash of its weights. */
async function recognise(
  source: string,
  { candidates = [] }: InstallJob,
  { signal, onProgress }: JobHooks,
): Promise<Pick<InstallJob, 'name' | 'licence' | 'origin' | 'published'> | undefined> {
  if (candidates.length === 0) return undefined;
  for (const name of WEIGHT_FILES) {
    const path = join(source, name);
    const size = await stat(path).then(
      ({ size }) => size,
      () => undefined,
    );
    if (size === undefined) continue;
    const { digest } = await hashFile(path, { signal, onBytes: (done) => onProgress('verify', done / size) });
    const known = candidates.find(({ sha256 }) => sha256 === digest);
    if (known) return known;
  }
  return undefined;
}

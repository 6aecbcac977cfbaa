import { constants } from 'node:fs';
import { copyFile, open, readdir, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { asModelError, DOWNLOAD_AGAIN, ModelError } from '../../modelFolder/modelError';
import {
  BPE_CODES_FILE,
  CONFIG_FILE,
  DICT_FILE,
  fairseqCheckpoints,
  isPartOfModel,
  WHAT_A_SOURCE_HOLDS,
} from '../../modelFolder/checkpointFiles';
import { phrase, type Phrase } from '../../modelFolder/phrase';
import { getVocabulary } from './fairseqVocabulary';

const READ_BYTES = 1024 * 1024;

export interface ExtractOptions {
  signal?: AbortSignal;
  /** Called now and then with the fraction of the archive read, 0 to 1. */
  onProgress?: (fraction: number) => void;
}

/**
 * Unpacks the files of a model from a `.tar` or a gzipped one (`.tgz`, `.tar.gz`), in bounded memory.
 * The files are written into `intoDir` itself under their base names, whatever folders the archive
 * has, and nothing else is. An archive with a fairseq checkpoint may lack `dict.txt` and `bpecodes`, as
 * the published ones do: they are then taken from the archive's own folder.
 * @param intoDir exists; what was written stays there if this fails
 * @throws ModelError if the archive is damaged or holds no model, a file is missing, or the disk is
 *   full; the signal's reason if it aborts
 */
export async function extractSource(archive: string, intoDir: string, options: ExtractOptions = {}): Promise<void> {
  const handle = await open(archive, 'r').catch((error: unknown) => {
    throw asModelError(archive, error);
  });
  try {
    await unpack(archive, handle, intoDir, options);
  } finally {
    await handle.close();
  }
  options.signal?.throwIfAborted();
  const names = await readdir(intoDir);
  if (names.includes(CONFIG_FILE)) return;
  const [checkpoint] = fairseqCheckpoints(names);
  if (checkpoint === undefined)
    throw new ModelError(archive, phrase`contains no model that the extension can read.`, WHAT_A_SOURCE_HOLDS);
  for (const name of [DICT_FILE, BPE_CODES_FILE]) {
    if (!names.includes(name)) await takeFromBeside(archive, checkpoint, name, intoDir);
  }
}

async function unpack(archive: string, handle: FileHandle, intoDir: string, options: ExtractOptions): Promise<void> {
  const { signal, onProgress } = options;
  const { size } = await handle.stat();
  const source = Readable.from(
    chunksOf(handle, (done) => onProgress?.(done / size)),
    { objectMode: false },
  );
  const entries = extract();
  const gunzip: Transform[] = (await isGzip(handle)) ? [createGunzip()] : [];
  let failure: unknown;
  const feeding = pipeline([source, ...gunzip, entries], { ...(signal && { signal }) }).catch((error: unknown) => {
    failure = error;
  });
  try {
    const written = new Map<string, string>();
    for await (const entry of entries)
      await writeEntry(
        archive,
        entry as AsyncIterable<unknown> as AsyncIterable<Buffer>,
        entry.header,
        intoDir,
        written,
        signal,
      );
  } catch (error) {
    entries.destroy();
    await feeding;
    signal?.throwIfAborted();
    throw error instanceof ModelError ? error : damaged(archive, failure ?? error);
  }
  await feeding;
  signal?.throwIfAborted();
  if (failure !== undefined) throw damaged(archive, failure);
}

function damaged(archive: string, error: unknown): Error {
  if ((error as NodeJS.ErrnoException).syscall !== undefined) return asModelError(archive, error);
  const what = error instanceof Error ? error.message : String(error);
  return new ModelError(archive, phrase`is not a complete .tar or .tgz archive (${what}).`, DOWNLOAD_AGAIN, {
    cause: error,
  });
}

async function* chunksOf(handle: FileHandle, onBytes: (done: number) => void): AsyncGenerator<Buffer> {
  for (let done = 0; ;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, done);
    if (bytesRead === 0) return;
    done += bytesRead;
    onBytes(done);
    yield buffer.subarray(0, bytesRead);
  }
}

async function isGzip(handle: FileHandle): Promise<boolean> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
}

/**
 * Writes an entry that belongs to a model and reads past any other.
 * @param written base names → names in the archive
 */
async function writeEntry(
  archive: string,
  content: AsyncIterable<Buffer>,
  { name: fullName, type }: Header,
  intoDir: string,
  written: Map<string, string>,
  signal?: AbortSignal,
): Promise<void> {
  const name = fullName.slice(fullName.lastIndexOf('/') + 1);
  if (type === 'directory' || !isPartOfModel(name)) {
    for await (const _ of content) signal?.throwIfAborted();
    return;
  }
  const fail = (problem: Phrase): never => {
    throw new ModelError(
      archive,
      problem,
      phrase`Unpack the archive yourself and choose the folder that contains the model's files.`,
    );
  };
  if (type !== 'file' && type !== 'contiguous-file')
    fail(phrase`contains ${JSON.stringify(fullName)} as a link or device instead of a regular file.`);
  const earlier = written.get(name);
  if (earlier !== undefined)
    fail(phrase`contains ${name} twice: ${JSON.stringify(earlier)} and ${JSON.stringify(fullName)}.`);
  written.set(name, fullName);

  const path = join(intoDir, name);
  const file = await open(path, 'wx').catch((error: unknown) => {
    throw asModelError(path, error);
  });
  try {
    for await (const chunk of content) {
      signal?.throwIfAborted();
      for (let done = 0; done < chunk.length;) {
        const { bytesWritten } = await file.write(chunk, done, chunk.length - done).catch((error: unknown) => {
          throw asModelError(path, error);
        });
        done += bytesWritten;
      }
    }
  } finally {
    await file.close();
  }
}

async function takeFromBeside(archive: string, checkpoint: string, name: string, intoDir: string): Promise<void> {
  const beside = join(dirname(archive), name);
  await copyFile(beside, join(intoDir, name), constants.COPYFILE_EXCL).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw asModelError(beside, error);
    throw new ModelError(
      archive,
      phrase`contains ${checkpoint}, but no ${name}, and there is none beside it.`,
      getVocabulary(dirname(archive)),
    );
  });
}

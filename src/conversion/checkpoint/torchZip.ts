import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { DOWNLOAD_AGAIN, ModelError } from '../../modelFolder/modelError';
import type { RandomAccessFile } from './randomAccessFile';
import { phrase } from '../../modelFolder/phrase';

/** A stored (uncompressed) file of a torch archive. */
export interface StoredEntry {
  /** Bytes from the start of the archive. */
  offset: number;
  bytes: number;
}

/** BioGPT-Large has 771 tensors. */
const MAX_ENTRIES = 100_000;

const SAVE_AGAIN = phrase`If you trust its author, load it with a current version of PyTorch and save it again, preferably as safetensors.`;

/**
 * Lists the archive that `torch.save` has written since PyTorch 1.6: a zip (or zip64) file of stored
 * entries below one folder, `data.pkl`, `byteorder`, `version` and `data/0`, `data/1`, ….
 * @returns entries by their name without the folder
 * @throws ModelError for the older format, other files, truncated and compressed archives
 */
export async function listTorchArchive(file: RandomAccessFile): Promise<Map<string, StoredEntry>> {
  await checkMagic(file);
  const entries = new Map<string, StoredEntry>();
  let zip: ZipFile;
  try {
    zip = await openZip(file.path);
  } catch (error) {
    throw new ModelError(file.path, phrase`is not a complete archive (${(error as Error).message}).`, DOWNLOAD_AGAIN, {
      cause: error,
    });
  }
  try {
    if (zip.entryCount > MAX_ENTRIES)
      throw new ModelError(
        file.path,
        phrase`is an archive of ${zip.entryCount} files, more than a PyTorch file contains.`,
        phrase`Use a file written by torch.save.`,
      );
    let folder: string | undefined;
    for await (const entry of zip.eachEntry()) {
      const slash = entry.fileName.indexOf('/');
      if (slash === -1 || (folder ??= entry.fileName.slice(0, slash)) !== entry.fileName.slice(0, slash)) {
        throw new ModelError(
          file.path,
          phrase`contains "${entry.fileName}", which a PyTorch file never contains.`,
          phrase`Use a file written by torch.save.`,
        );
      }
      const name = entry.fileName.slice(slash + 1);
      if (entries.has(name)) throw new ModelError(file.path, phrase`contains "${name}" twice.`, DOWNLOAD_AGAIN);
      entries.set(name, await locate(file.path, zip, entry));
    }
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError(file.path, phrase`is a damaged archive (${(error as Error).message}).`, DOWNLOAD_AGAIN, {
      cause: error,
    });
  } finally {
    zip.close();
  }
  return entries;
}

async function checkMagic(file: RandomAccessFile): Promise<void> {
  const start = await file.readBytes(0, Math.min(4, file.size));
  const [a, b, c, d] = start;
  if (a === 0x50 && b === 0x4b && ((c === 3 && d === 4) || (c === 5 && d === 6))) return;
  if (a === 0x80) {
    throw new ModelError(
      file.path,
      phrase`is a plain pickle file or was saved by PyTorch before version 1.6. Neither format can be read.`,
      SAVE_AGAIN,
    );
  }
  throw new ModelError(file.path, phrase`is not a file written by torch.save.`, DOWNLOAD_AGAIN);
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, zip) => (error ? reject(error) : resolve(zip)));
  });
}

async function locate(path: string, zip: ZipFile, entry: Entry): Promise<StoredEntry> {
  if (entry.compressionMethod !== 0 || entry.isEncrypted() || entry.compressedSize !== entry.uncompressedSize) {
    throw new ModelError(
      path,
      phrase`contains "${entry.fileName}" in compressed form, which PyTorch never does.`,
      SAVE_AGAIN,
    );
  }
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  return { offset: fileDataStart, bytes: entry.uncompressedSize };
}

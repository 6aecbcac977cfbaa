import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { asModelError } from './modelError';
import type { FileEntry } from './format';

/** A new file, written front to back and hashed on the way. */
export class HashedFileWriter {
  private readonly hash: Hash = createHash('sha256');
  private written = 0;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** @throws ModelError if the file cannot be created; it must not exist. */
  static async create(path: string): Promise<HashedFileWriter> {
    try {
      return new HashedFileWriter(path, await open(path, 'wx'));
    } catch (error) {
      throw asModelError(path, error);
    }
  }

  get name(): string {
    return basename(this.path);
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.written;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.hash.update(bytes);
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await this.handle.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    } catch (error) {
      throw asModelError(this.path, error);
    }
    this.written += bytes.length;
  }

  /** Makes the file durable and closes it. */
  async finish(): Promise<FileEntry> {
    try {
      await this.handle.sync();
    } catch (error) {
      throw asModelError(this.path, error);
    } finally {
      await this.handle.close();
    }
    return { bytes: this.written, sha256: this.hash.digest('hex') };
  }

  /** Closes a file that will not be finished. */
  async abandon(): Promise<void> {
    await this.handle.close().catch(() => undefined);
  }
}

/** Hashed within two milliseconds or so: this also runs on the editor's thread. */
const CHUNK_BYTES = 1024 * 1024;

export interface HashFileOptions {
  /** Takes in the bytes; default: SHA-256. */
  hash?: Hash;
  signal?: AbortSignal;
  /** Told of the bytes read so far. */
  onBytes?: (done: number) => void;
}

/**
 * Size and hash of an existing file.
 * @returns the digest in lower-case hex
 * @throws ModelError if it cannot be read; the signal's reason if it aborts
 */
export async function hashFile(
  path: string,
  options: HashFileOptions = {},
): Promise<{ bytes: number; digest: string }> {
  const { hash = createHash('sha256'), signal, onBytes } = options;
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = new Uint8Array(CHUNK_BYTES);
      let bytes = 0;
      for (;;) {
        signal?.throwIfAborted();
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, bytes);
        if (bytesRead === 0) return { bytes, digest: hash.digest('hex') };
        hash.update(buffer.subarray(0, bytesRead));
        bytes += bytesRead;
        onBytes?.(bytes);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asModelError(path, error);
  }
}

/**
 * Begins a hash as the publisher of a file computes it: of the content (`sha256`), or git's object id of it
 * (`blob <bytes>\0` + content).
 */
export function startHash(algorithm: 'sha256' | 'git-sha1', bytes: number): Hash {
  if (algorithm === 'sha256') return createHash('sha256');
  // Git's id of a blob: its type and size come first.
  return createHash('sha1').update(`blob ${bytes}\0`);
}

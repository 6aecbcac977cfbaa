import { open, type FileHandle } from 'node:fs/promises';
import { asModelError, DOWNLOAD_AGAIN, ModelError } from '../../modelFolder/modelError';
import { CHUNK_ELEMENTS } from './checkpoint';
import { DTYPE_BYTES, FLOAT_DTYPES, isFloatDType, swapBytes, toFloat32 } from './elements';
import { phrase } from '../../modelFolder/phrase';
import { refuseStandIn } from '../../modelFolder/standIn';

/** Where a contiguous run of elements lies in a file. */
export interface ElementRun {
  dtype: string;
  /** Bytes from the start of the file; any number up to 2^53. */
  offset: number;
  count: number;
  bigEndian?: boolean;
}

/** A file read at given offsets. */
export class RandomAccessFile {
  private constructor(
    readonly path: string,
    readonly size: number,
    readonly handle: FileHandle,
  ) {}

  /** @throws ModelError if the file cannot be opened or is not a plain file. */
  static async open(path: string): Promise<RandomAccessFile> {
    await refuseStandIn(path);
    try {
      const handle = await open(path, 'r');
      const stats = await handle.stat();
      if (!stats.isFile()) {
        await handle.close();
        throw new ModelError(path, phrase`is not a file.`, phrase`Check the path.`);
      }
      return new RandomAccessFile(path, stats.size, handle);
    } catch (error) {
      throw asModelError(path, error);
    }
  }

  /** Fills `target` from `offset`. @throws ModelError if the file ends before. */
  async readInto(target: Uint8Array, offset: number): Promise<void> {
    let filled = 0;
    while (filled < target.length) {
      const { bytesRead } = await this.handle.read(target, filled, target.length - filled, offset + filled);
      if (bytesRead === 0) {
        throw new ModelError(
          this.path,
          phrase`ends at byte ${offset + filled}, in the middle of its data.`,
          DOWNLOAD_AGAIN,
        );
      }
      filled += bytesRead;
    }
  }

  async readBytes(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    await this.readInto(bytes, offset);
    return bytes;
  }

  /** Streams elements as float32; see `Checkpoint.read`. `name` is for messages. */
  async *readElements(name: string, run: ElementRun, signal?: AbortSignal): AsyncGenerator<Float32Array> {
    if (!isFloatDType(run.dtype)) {
      throw new ModelError(
        this.path,
        phrase`tensor "${name}" contains ${run.dtype}; weights must be floating-point numbers (${FLOAT_DTYPES.join(', ')}).`,
        phrase`Save the model in one of these types, such as F32.`,
      );
    }
    const elementBytes = DTYPE_BYTES.get(run.dtype)!;
    const capacity = Math.min(run.count, CHUNK_ELEMENTS);
    const raw = new Uint8Array(capacity * elementBytes);
    const floats = run.dtype === 'F32' ? new Float32Array(raw.buffer) : new Float32Array(capacity);
    for (let done = 0; done < run.count;) {
      signal?.throwIfAborted();
      const count = Math.min(capacity, run.count - done);
      const bytes = raw.subarray(0, count * elementBytes);
      await this.readInto(bytes, run.offset + done * elementBytes);
      if (run.bigEndian) swapBytes(bytes, elementBytes);
      const chunk = floats.subarray(0, count);
      if (run.dtype !== 'F32') toFloat32(run.dtype, bytes, chunk);
      yield chunk;
      done += count;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

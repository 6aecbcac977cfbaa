import { DOWNLOAD_AGAIN, ModelError } from '../../modelFolder/modelError';
import { CHUNK_ELEMENTS, elementCount, type Checkpoint, type TensorInfo } from './checkpoint';
import { DTYPE_BYTES } from './elements';
import { RandomAccessFile, type ElementRun } from './randomAccessFile';
import { readStateDict, type TorchTensor } from './torchPickle';
import { listTorchArchive, type StoredEntry } from './torchZip';
import { phrase } from '../../modelFolder/phrase';

/** BioGPT-Large's `data.pkl` has about 100 kB. */
const MAX_PICKLE_BYTES = 16 * 1024 * 1024;
/** Largest tensor that is read whole because it is not contiguous: 1 GiB of float32. */
const MAX_STRIDED_ELEMENTS = 2 ** 28;

interface Entry extends TensorInfo {
  /** The elements from the tensor's first to its last. */
  run: ElementRun;
  /** Undefined for a contiguous tensor. */
  strides: readonly number[] | undefined;
}

/** Finds the tensors that count in an archive's pickle. */
export type TensorReader = (path: string, pickle: Uint8Array) => ReadonlyMap<string, TorchTensor>;

/**
 * A file written by `torch.save` (PyTorch 1.6 or later): a `pytorch_model.bin`, which is a state dict,
 * or what `readTensors` understands. Only the tensors that it names are ever read.
 */
export class TorchCheckpoint implements Checkpoint {
  private constructor(
    private readonly file: RandomAccessFile,
    readonly tensors: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws ModelError for damaged, unknown and hostile files; see `unpickle` */
  static async open(path: string, readTensors: TensorReader = readStateDict): Promise<TorchCheckpoint> {
    const file = await RandomAccessFile.open(path);
    try {
      return new TorchCheckpoint(file, await readEntries(file, readTensors));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get path(): string {
    return this.file.path;
  }

  async *read(name: string, signal?: AbortSignal): AsyncGenerator<Float32Array> {
    const entry = this.tensors.get(name);
    if (entry === undefined)
      throw new ModelError(this.path, phrase`has no tensor "${name}".`, phrase`Use a complete checkpoint.`);
    const { run, shape, strides } = entry;
    if (strides === undefined) {
      yield* this.file.readElements(name, run, signal);
      return;
    }
    if (run.count > MAX_STRIDED_ELEMENTS) {
      throw new ModelError(
        this.path,
        phrase`tensor "${name}" is not contiguous.`,
        phrase`Call contiguous() on the tensor and save the file again.`,
      );
    }
    const span = new Float32Array(run.count);
    let filled = 0;
    for await (const chunk of this.file.readElements(name, run, signal)) {
      span.set(chunk, filled);
      filled += chunk.length;
    }
    const whole = gather(span, shape, strides);
    for (let start = 0; start < whole.length; start += CHUNK_ELEMENTS) {
      signal?.throwIfAborted();
      yield whole.subarray(start, start + CHUNK_ELEMENTS);
    }
  }

  sameStorage(a: string, b: string): boolean {
    const [first, second] = [this.tensors.get(a), this.tensors.get(b)];
    return (
      first !== undefined &&
      second !== undefined &&
      first.run.offset === second.run.offset &&
      first.dtype === second.dtype &&
      String(first.shape) === String(second.shape) &&
      String(first.strides) === String(second.strides)
    );
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

async function readEntries(file: RandomAccessFile, readTensors: TensorReader): Promise<Map<string, Entry>> {
  const archive = await listTorchArchive(file);
  const pickle = archive.get('data.pkl');
  if (pickle === undefined)
    throw new ModelError(file.path, phrase`has no data.pkl.`, phrase`Use a file written by torch.save.`);
  if (pickle.bytes > MAX_PICKLE_BYTES) {
    throw new ModelError(
      file.path,
      phrase`its data.pkl has ${pickle.bytes} bytes, too many for a state dict.`,
      phrase`It is not a BioGPT model.`,
    );
  }
  const bigEndian = await isBigEndian(file, archive.get('byteorder'));
  const tensors = readTensors(file.path, await file.readBytes(pickle.offset, pickle.bytes));
  const entries = new Map<string, Entry>();
  for (const [name, tensor] of tensors) entries.set(name, checkTensor(file.path, name, tensor, archive, bigEndian));
  return entries;
}

/** `byteorder` has been written since PyTorch 2.0; before, the data was as the writer's machine had it. */
async function isBigEndian(file: RandomAccessFile, entry: StoredEntry | undefined): Promise<boolean> {
  if (entry === undefined) return false;
  const order = entry.bytes <= 16 ? new TextDecoder().decode(await file.readBytes(entry.offset, entry.bytes)) : '';
  if (order !== 'little' && order !== 'big') {
    throw new ModelError(file.path, phrase`specifies a byte order that is neither "little" nor "big".`, DOWNLOAD_AGAIN);
  }
  return order === 'big';
}

/** Checks that a tensor lies inside its storage and the storage inside the file. */
function checkTensor(
  path: string,
  name: string,
  tensor: TorchTensor,
  archive: Map<string, StoredEntry>,
  bigEndian: boolean,
): Entry {
  const { storage, offset, shape, strides } = tensor;
  const fail = (problem: string): never => {
    throw new ModelError(path, phrase`tensor "${name}" ${problem}.`, DOWNLOAD_AGAIN);
  };
  const { dtype, length } = storage;
  const elementBytes = DTYPE_BYTES.get(dtype)!;
  const entry = archive.get(`data/${storage.key}`);
  if (entry === undefined)
    return fail(`refers to the storage ${JSON.stringify(storage.key.slice(0, 40))}, which is missing`);
  if (entry.bytes !== length * elementBytes) {
    fail(`has a storage of ${entry.bytes} bytes where ${length} elements of ${dtype} need ${length * elementBytes}`);
  }
  if (strides.length !== shape.length) fail('has another number of strides than dimensions');
  const count = elementCount(shape);
  const span = count === 0 ? 0 : shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, 1);
  // A view may repeat elements; a weight must not, or a small file could stand for an endless one.
  if (count > length || offset + span > length) fail('reaches beyond its storage');
  return {
    dtype,
    shape,
    run: { dtype, offset: entry.offset + offset * elementBytes, count: span, bigEndian },
    strides: isContiguous(shape, strides) ? undefined : strides,
  };
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

/** Copies a strided view into row-major order. */
function gather(span: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  const whole = new Float32Array(elementCount(shape));
  const index = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < whole.length; to++) {
    whole[to] = span[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return whole;
}

import { DOWNLOAD_AGAIN, ModelError } from '../../modelFolder/modelError';
import { elementCount, type Checkpoint, type TensorInfo } from './checkpoint';
import { DTYPE_BYTES } from './elements';
import { RandomAccessFile } from './randomAccessFile';
import { phrase, type Phrase } from '../../modelFolder/phrase';

/** Largest header accepted, as in the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;

interface Entry extends TensorInfo {
  /** Bytes from the start of the file. */
  offset: number;
}

/**
 * A safetensors file: 8 bytes of little-endian header length, a JSON header
 * `{name: {dtype, shape, data_offsets: [begin, end]}, "__metadata__"?: {}}`, then the data, which
 * the tensors cover without holes or overlaps (github.com/huggingface/safetensors, "Format").
 */
export class SafetensorsCheckpoint implements Checkpoint {
  private constructor(
    private readonly file: RandomAccessFile,
    readonly tensors: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws ModelError for anything that is not a whole, valid safetensors file. */
  static async open(path: string): Promise<SafetensorsCheckpoint> {
    const file = await RandomAccessFile.open(path);
    try {
      return new SafetensorsCheckpoint(file, await readHeader(file));
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
    const { dtype, offset, shape } = entry;
    yield* this.file.readElements(name, { dtype, offset, count: elementCount(shape) }, signal);
  }

  /** The format forbids overlaps: two names never share bytes. */
  sameStorage(a: string, b: string): boolean {
    return a === b;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

async function readHeader(file: RandomAccessFile): Promise<Map<string, Entry>> {
  const fail = (problem: Phrase): never => {
    throw new ModelError(file.path, problem, DOWNLOAD_AGAIN);
  };
  if (file.size < 8) fail(phrase`is not a safetensors file: it has only ${file.size} bytes.`);
  const prefix = await file.readBytes(0, 8);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length < 2 || length > MAX_HEADER_BYTES || 8 + length > file.size) {
    fail(phrase`says its header has ${length} bytes, in a file of ${file.size} bytes.`);
  }
  const dataStart = 8 + length;
  const header = parseHeader(await file.readBytes(8, length), fail);

  const entries: [string, Entry, end: number][] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
    if (typeof dtype !== 'string' || !isIndexList(shape) || !isIndexList(offsets) || offsets.length !== 2) {
      return fail(phrase`describes tensor "${name}" in a form that safetensors does not allow.`);
    }
    const [begin, end] = offsets as [number, number];
    const elementBytes = DTYPE_BYTES.get(dtype);
    if (elementBytes === undefined) return fail(phrase`gives tensor "${name}" the unknown type "${dtype}".`);
    const bytes = elementCount(shape) * elementBytes;
    if (end - begin !== bytes) {
      fail(
        phrase`gives tensor "${name}" ${end - begin} bytes, but its shape [${shape.join(', ')}] in ${dtype} needs ${bytes}.`,
      );
    }
    entries.push([name, { dtype, shape, offset: dataStart + begin }, dataStart + end]);
  }

  entries.sort((a, b) => a[1].offset - b[1].offset || a[2] - b[2]);
  let covered = dataStart;
  for (const [name, { offset }, end] of entries) {
    if (offset !== covered) fail(phrase`has a header in which tensor "${name}" overlaps another or leaves a gap.`);
    covered = end;
  }
  if (covered !== file.size) {
    fail(phrase`should have ${covered} bytes according to its header, but has ${file.size}.`);
  }
  return new Map(entries.map(([name, entry]) => [name, entry]));
}

function parseHeader(bytes: Uint8Array, fail: (problem: Phrase) => never): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return fail(phrase`has a header that is not JSON; it may not be a safetensors file at all.`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return fail(phrase`has a header that is not a JSON object.`);
  return header as Record<string, unknown>;
}

/** A list of non-negative safe integers. */
function isIndexList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

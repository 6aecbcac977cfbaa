/** Pickle opcodes by hand, as in Python's `pickletools.py`, to say what no honest writer would. */
type Part = Buffer | string | number;

const bytes = (...parts: Part[]): Buffer =>
  Buffer.concat(
    parts.map((part) =>
      Buffer.isBuffer(part) ? part : typeof part === 'number' ? Buffer.of(part) : Buffer.from(part),
    ),
  );

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value >>> 0);
  return buffer;
}

export const op = {
  proto: (version = 2) => bytes(0x80, version),
  stop: Buffer.from('.'),
  mark: Buffer.from('('),
  none: Buffer.from('N'),
  global: (module: string, name: string) => bytes('c', module, '\n', name, '\n'),
  stackGlobal: (module: string, name: string) => bytes(op.text(module), op.text(name), 0x93),
  inst: (module: string, name: string) => bytes('(i', module, '\n', name, '\n'),
  text: (value: string) => bytes('X', uint32(Buffer.byteLength(value)), value),
  int: (value: number) => bytes('J', uint32(value)),
  long: (value: bigint, length = 8) =>
    bytes(0x8a, length, Buffer.from(Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 255n)))),
  tuple: (...items: Buffer[]) => bytes('(', ...items, 't'),
  emptyDict: Buffer.from('}'),
  emptyList: Buffer.from(']'),
  setItem: Buffer.from('s'),
  reduce: Buffer.from('R'),
  build: Buffer.from('b'),
  persistent: Buffer.from('Q'),
  put: (index: number) => bytes('q', index),
  get: (index: number) => bytes('h', index),
  code: (...codes: number[]) => Buffer.from(codes),
};

export function pickle(...parts: Buffer[]): Buffer {
  return bytes(op.proto(), ...parts, op.stop);
}

/** A storage reference. `type` may be any pickled value. */
export function storage(key: string, length: number, type = op.global('torch', 'FloatStorage')): Buffer {
  return bytes(op.tuple(op.text('storage'), type, op.text(key), op.text('cpu'), op.int(length)), op.persistent);
}

export interface TensorSpec {
  storage: Buffer;
  offset?: Buffer;
  shape: number[];
  strides: number[];
}

export function tensor({ storage, offset = op.int(0), shape, strides }: TensorSpec): Buffer {
  const hooks = bytes(op.global('collections', 'OrderedDict'), op.tuple(), op.reduce);
  return bytes(
    op.global('torch._utils', '_rebuild_tensor_v2'),
    op.tuple(storage, offset, op.tuple(...shape.map(op.int)), op.tuple(...strides.map(op.int)), op.code(0x89), hooks),
    op.reduce,
  );
}

/** A pickled dict from names to values. */
export function dict(entries: Record<string, Buffer>): Buffer {
  return bytes(op.emptyDict, ...Object.entries(entries).flatMap(([name, value]) => [op.text(name), value, op.setItem]));
}

import { ModelError } from '../../modelFolder/modelError';
import { phrase, type Phrase } from '../../modelFolder/phrase';

/** What a pickle says to do next, by the opcodes' names in Python's `pickletools.py`. */
export type Instruction =
  /** A constant: NONE, NEWTRUE, BININT, LONG1, BINFLOAT, BINUNICODE and their like. */
  | { opcode: 'CONSTANT'; value: null | boolean | number | string }
  /** BINBYTES and its like; what they are is read past. */
  | { opcode: 'BYTES' }
  /** BINPUT, LONG_BINPUT; MEMOIZE: at the next free index. */
  | { opcode: 'PUT'; index: number | undefined }
  /** BINGET, LONG_BINGET */
  | { opcode: 'GET'; index: number }
  | { opcode: 'GLOBAL' | 'INST'; module: string; name: string }
  /** Known, but nothing honest uses it, or it imports, calls or instantiates by other means than those above. */
  | { opcode: 'OTHER'; name: string }
  | { opcode: BareOpcode };

/** Opcodes that nothing follows. */
const BARE_OPCODES = {
  0x2e: 'STOP',
  0x28: 'MARK',
  0x29: 'EMPTY_TUPLE',
  0x85: 'TUPLE1',
  0x86: 'TUPLE2',
  0x87: 'TUPLE3',
  0x74: 'TUPLE',
  0x5d: 'EMPTY_LIST',
  0x61: 'APPEND',
  0x65: 'APPENDS',
  0x7d: 'EMPTY_DICT',
  0x73: 'SETITEM',
  0x75: 'SETITEMS',
  0x8f: 'EMPTY_SET',
  0x91: 'FROZENSET',
  0x90: 'ADDITEMS',
  0x93: 'STACK_GLOBAL',
  0x51: 'BINPERSID',
  0x52: 'REDUCE',
  0x62: 'BUILD',
  0x81: 'NEWOBJ',
} as const;
type BareOpcode = (typeof BARE_OPCODES)[keyof typeof BARE_OPCODES];

const OTHER_OPCODES: Readonly<Record<number, string>> = {
  0x49: 'INT',
  0x4c: 'LONG',
  0x8b: 'LONG4',
  0x53: 'STRING',
  0x54: 'BINSTRING',
  0x55: 'SHORT_BINSTRING',
  0x96: 'BYTEARRAY8',
  0x97: 'NEXT_BUFFER',
  0x98: 'READONLY_BUFFER',
  0x56: 'UNICODE',
  0x46: 'FLOAT',
  0x6c: 'LIST',
  0x64: 'DICT',
  0x30: 'POP',
  0x32: 'DUP',
  0x31: 'POP_MARK',
  0x67: 'GET',
  0x70: 'PUT',
  0x82: 'EXT1',
  0x83: 'EXT2',
  0x84: 'EXT4',
  0x6f: 'OBJ',
  0x92: 'NEWOBJ_EX',
  0x50: 'PERSID',
};

/** Newer than any protocol that exists is refused. */
const MAX_PROTOCOL = 5;
const MAX_NAME_LENGTH = 1000;

/** Reads a pickle's instructions, one after the other, and does none of them. */
export class PickleReader {
  private readonly view: DataView;
  private position = 0;

  /** @param path for messages */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly path: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @throws ModelError where the pickle ends or makes no sense */
  next(): Instruction {
    for (;;) {
      const code = this.uint8();
      if (code === 0x80 /* PROTO */) {
        const protocol = this.uint8();
        if (protocol > MAX_PROTOCOL) this.damaged(phrase`has the unknown protocol version ${protocol}`);
      } else if (code === 0x95 /* FRAME: its length is only a hint for buffering */) {
        this.skip(8);
      } else {
        return this.instruction(code);
      }
    }
  }

  /** Says what is wrong, and where. */
  damaged(problem: Phrase): never {
    throw new ModelError(
      this.path,
      phrase`is damaged: its pickle (Python's storage format) ${problem} (byte ${this.position}).`,
      phrase`The file is damaged or is not a weights file: download it again.`,
    );
  }

  private instruction(code: number): Instruction {
    const constant = (value: null | boolean | number | string): Instruction => ({ opcode: 'CONSTANT', value });
    const bytes = (length: number): Instruction => {
      this.skip(length);
      return { opcode: 'BYTES' };
    };
    switch (code) {
      case 0x4e:
        return constant(null); // NONE
      case 0x88:
        return constant(true); // NEWTRUE
      case 0x89:
        return constant(false); // NEWFALSE
      case 0x4b:
        return constant(this.uint8()); // BININT1
      case 0x4d:
        return constant(this.uint16()); // BININT2
      case 0x4a:
        return constant(this.int32()); // BININT
      case 0x8a:
        return constant(this.long(this.uint8())); // LONG1
      case 0x47:
        return constant(this.view.getFloat64(this.skip(8), false)); // BINFLOAT
      case 0x8c:
        return constant(this.text(this.uint8())); // SHORT_BINUNICODE
      case 0x58:
        return constant(this.text(this.uint32())); // BINUNICODE
      case 0x8d:
        return constant(this.text(this.uint64())); // BINUNICODE8
      case 0x43:
        return bytes(this.uint8()); // SHORT_BINBYTES
      case 0x42:
        return bytes(this.uint32()); // BINBYTES
      case 0x8e:
        return bytes(this.uint64()); // BINBYTES8
      case 0x71:
        return { opcode: 'PUT', index: this.uint8() }; // BINPUT
      case 0x72:
        return { opcode: 'PUT', index: this.uint32() }; // LONG_BINPUT
      case 0x94:
        return { opcode: 'PUT', index: undefined }; // MEMOIZE
      case 0x68:
        return { opcode: 'GET', index: this.uint8() }; // BINGET
      case 0x6a:
        return { opcode: 'GET', index: this.uint32() }; // LONG_BINGET
      case 0x63:
        return { opcode: 'GLOBAL', module: this.line(), name: this.line() };
      case 0x69:
        return { opcode: 'INST', module: this.line(), name: this.line() };
    }
    const bare = (BARE_OPCODES as Readonly<Record<number, BareOpcode>>)[code];
    if (bare !== undefined) return { opcode: bare };
    const name = OTHER_OPCODES[code];
    return name === undefined
      ? this.damaged(phrase`has the unknown opcode ${`0x${code.toString(16).padStart(2, '0')}`}`)
      : { opcode: 'OTHER', name };
  }

  /** @returns where the skipped bytes begin */
  private skip(count: number): number {
    const start = this.position;
    if (count > this.bytes.length - start) this.damaged(phrase`ends too early`);
    this.position += count;
    return start;
  }

  private uint8(): number {
    return this.view.getUint8(this.skip(1));
  }

  private uint16(): number {
    return this.view.getUint16(this.skip(2), true);
  }

  private int32(): number {
    return this.view.getInt32(this.skip(4), true);
  }

  private uint32(): number {
    return this.view.getUint32(this.skip(4), true);
  }

  private uint64(): number {
    return Number(this.view.getBigUint64(this.skip(8), true));
  }

  /** A little-endian two's complement integer; one beyond 2^53 loses precision. */
  private long(length: number): number {
    const start = this.skip(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[start + i]!);
    return Number(length === 0 ? 0n : BigInt.asIntN(8 * length, value));
  }

  private text(length: number): string {
    const start = this.skip(length);
    return new TextDecoder().decode(this.bytes.subarray(start, start + length));
  }

  /** A name up to the next line feed. */
  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end === -1 || end - this.position > MAX_NAME_LENGTH) this.damaged(phrase`contains a name with no end`);
    const name = new TextDecoder().decode(this.bytes.subarray(this.position, end));
    this.position = end + 1;
    return name;
  }
}

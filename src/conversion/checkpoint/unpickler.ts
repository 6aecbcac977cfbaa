import { ModelError } from '../../modelFolder/modelError';
import { phrase, type Phrase } from '../../modelFolder/phrase';

/**
 * A pickle reader for data, not for programs. Pickle is a small stack language whose opcodes can
 * import any name and call it; this one imports only names that its owner knows, calls only
 * functions of this repository, and refuses every opcode that a weight file does not need. The
 * language is documented in Python's `pickletools.py`.
 *
 * Training checkpoints hold objects beside their weights. An owner may let inert stand-ins (`InertGlobal`) take their
 * place: they keep what is put into them as data, and have nothing that could run.
 */

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** `dict` or `OrderedDict`. */
export type PickleDict = Map<PickleValue, PickleValue>;

/** What an allowed name stands for: an opaque value, or a function that REDUCE may call. */
export interface PickleGlobal {
  readonly pickleName: string;
  call?(args: readonly PickleValue[]): PickleValue;
}

/** A value made by the owner's functions, opaque to the unpickler. */
export interface PickleObject {
  readonly pickleObject: string;
}

/** Stands for an object that is not made. */
export class InertObject implements PickleObject {
  /** What BUILD has set, by name; never looked up to be called. */
  readonly attributes: PickleDict = new Map();

  constructor(
    /** Of its class or of the function that would have made it. */
    readonly pickleObject: string,
    readonly args: readonly PickleValue[] = [],
  ) {}
}

/** Stands for a class or function that is not imported: calling it makes an `InertObject`. */
export class InertGlobal implements PickleGlobal {
  constructor(readonly pickleName: string) {}

  call(args: readonly PickleValue[]): InertObject {
    return new InertObject(this.pickleName, args);
  }
}

export type PickleValue =
  null | boolean | number | string | PickleTuple | PickleValue[] | PickleDict | PickleGlobal | PickleObject;

export interface PickleOwner {
  /** For messages. */
  path: string;
  /** The value of an allowed name, or undefined: the name is refused. */
  resolve(module: string, name: string): PickleGlobal | undefined;
  /** The value of a persistent id. */
  persistent(id: PickleValue): PickleValue;
}

const MAX_STACK = 1_000_000;
const MAX_MEMO = 1_000_000;
/** Newer than any protocol that exists is refused. */
const MAX_PROTOCOL = 5;
const MAX_NAME_LENGTH = 1000;

/** Opcodes that are known and refused: they import, call or instantiate, or nothing honest uses them. */
const REFUSED_OPCODES: Readonly<Record<number, string>> = {
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

/**
 * Reads one pickled value.
 * @throws ModelError naming the refused name or opcode, or saying where the pickle is damaged
 */
export function unpickle(bytes: Uint8Array, owner: PickleOwner): PickleValue {
  return new Unpickler(bytes, owner).run();
}

class Unpickler {
  private readonly view: DataView;
  private readonly stack: PickleValue[] = [];
  /** Heights of the stack at the open MARKs. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();
  private position = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly owner: PickleOwner,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.uint8();
      if (opcode === 0x2e /* STOP */) {
        if (this.stack.length !== 1 || this.marks.length !== 0) this.damaged(phrase`ends with values left over`);
        return this.stack[0]!;
      }
      this.execute(opcode);
      if (this.stack.length > MAX_STACK) this.damaged(phrase`needs too many values at once`);
    }
  }

  private execute(opcode: number): void {
    switch (opcode) {
      case 0x80: {
        // PROTO
        const protocol = this.uint8();
        if (protocol > MAX_PROTOCOL) this.damaged(phrase`has the unknown protocol version ${protocol}`);
        return;
      }
      case 0x95: // FRAME: its length is only a hint for buffering.
        this.skip(8);
        return;

      case 0x4e:
        return this.push(null); // NONE
      case 0x88:
        return this.push(true); // NEWTRUE
      case 0x89:
        return this.push(false); // NEWFALSE
      case 0x4b:
        return this.push(this.uint8()); // BININT1
      case 0x4d:
        return this.push(this.uint16()); // BININT2
      case 0x4a:
        return this.push(this.int32()); // BININT
      case 0x8a:
        return this.push(this.long(this.uint8())); // LONG1
      case 0x47:
        return this.push(this.view.getFloat64(this.skip(8), false)); // BINFLOAT
      case 0x8c:
        return this.push(this.text(this.uint8())); // SHORT_BINUNICODE
      case 0x58:
        return this.push(this.text(this.uint32())); // BINUNICODE
      case 0x8d:
        return this.push(this.text(this.uint64())); // BINUNICODE8

      case 0x28: // MARK
        if (this.marks.length >= MAX_STACK) this.damaged(phrase`needs too many values at once`);
        this.marks.push(this.stack.length);
        return;
      case 0x29:
        return this.push(new PickleTuple([])); // EMPTY_TUPLE
      case 0x85:
        return this.push(new PickleTuple(this.popMany(1))); // TUPLE1
      case 0x86:
        return this.push(new PickleTuple(this.popMany(2))); // TUPLE2
      case 0x87:
        return this.push(new PickleTuple(this.popMany(3))); // TUPLE3
      case 0x74:
        return this.push(new PickleTuple(this.popMark())); // TUPLE
      case 0x5d:
        return this.push([]); // EMPTY_LIST
      case 0x61:
        return this.append(this.popMany(1)); // APPEND
      case 0x65:
        return this.append(this.popMark()); // APPENDS
      case 0x7d:
        return this.push(new Map()); // EMPTY_DICT
      case 0x73:
        return this.setItems(this.popMany(2)); // SETITEM
      case 0x75:
        return this.setItems(this.popMark()); // SETITEMS

      case 0x71:
        return this.remember(this.uint8()); // BINPUT
      case 0x72:
        return this.remember(this.uint32()); // LONG_BINPUT
      case 0x94:
        return this.remember(this.memo.size); // MEMOIZE
      case 0x68:
        return this.recall(this.uint8()); // BINGET
      case 0x6a:
        return this.recall(this.uint32()); // LONG_BINGET

      case 0x63:
        return this.push(this.resolve(this.line(), this.line())); // GLOBAL
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string')
          this.damaged(phrase`imports something whose name is not text`);
        return this.push(this.resolve(module as string, name as string));
      }
      case 0x51:
        return this.push(this.owner.persistent(this.pop())); // BINPERSID
      case 0x52:
        return this.reduce(); // REDUCE
      case 0x62:
        return this.build(); // BUILD
      case 0x69: {
        // INST: imports and calls in one
        const [module, name] = [this.line(), this.line()];
        return this.refuse(phrase`calls ${shown(module, name)} by the opcode INST`);
      }
      default: {
        if (this.executeInert(opcode)) return;
        const name = REFUSED_OPCODES[opcode];
        if (name === undefined)
          this.damaged(phrase`has the unknown opcode ${`0x${opcode.toString(16).padStart(2, '0')}`}`);
        this.refuse(phrase`uses the opcode ${name}`);
      }
    }
  }

  /** Bytes, sets and objects: they are read past. @returns whether the opcode makes one of these */
  private executeInert(opcode: number): boolean {
    switch (opcode) {
      case 0x42:
        this.skip(this.uint32());
        break; // BINBYTES
      case 0x43:
        this.skip(this.uint8());
        break; // SHORT_BINBYTES
      case 0x8e:
        this.skip(this.uint64());
        break; // BINBYTES8
      case 0x8f:
        this.push(new InertObject('a set'));
        return true; // EMPTY_SET
      case 0x91:
        this.push(new InertObject('a set', this.popMark()));
        return true; // FROZENSET
      case 0x90: // ADDITEMS
        this.popMark();
        if (!(this.stack.at(-1) instanceof InertObject))
          this.damaged(phrase`adds items to something that is not a set`);
        return true;
      case 0x81: {
        // NEWOBJ
        const [callee, args] = this.popMany(2);
        if (!(callee instanceof InertGlobal) || !(args instanceof PickleTuple)) {
          return this.refuse(phrase`uses the opcode NEWOBJ on ${kind(callee!)}`);
        }
        this.push(callee.call(args.items));
        return true;
      }
      default:
        return false;
    }
    this.push(new InertObject('bytes'));
    return true;
  }

  private resolve(module: string, name: string): PickleGlobal {
    return this.owner.resolve(module, name) ?? this.refuse(phrase`refers to ${shown(module, name)}`);
  }

  private reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!isGlobal(callee) || callee.call === undefined) {
      this.refuse(
        isGlobal(callee)
          ? phrase`calls ${callee.pickleName}`
          : phrase`calls something that is not a function (${kind(callee)})`,
      );
    } else if (!(args instanceof PickleTuple)) {
      this.damaged(phrase`calls ${callee.pickleName} without a tuple of arguments`);
    } else {
      this.push(callee.call(args.items));
    }
  }

  /**
   * A state dict is an OrderedDict with attributes (`_metadata`), which nothing here needs. The state of
   * an inert object is a dict, a pair of dicts (`__dict__` and slots), or something that is not kept.
   */
  private build(): void {
    const state = this.pop();
    const target = this.stack.at(-1);
    if (target instanceof InertObject) {
      for (const part of state instanceof PickleTuple ? state.items : [state]) {
        if (part instanceof Map) for (const [name, value] of part) target.attributes.set(name, value);
      }
      return;
    }
    if (!(target instanceof Map) || !(state instanceof Map)) {
      this.refuse(phrase`uses the opcode BUILD on ${target === undefined ? phrase`nothing` : kind(target)}`);
    }
  }

  private append(items: PickleValue[]): void {
    const list = this.stack.at(-1);
    if (list instanceof InertObject) return;
    if (!Array.isArray(list)) return this.damaged(phrase`appends to something that is not a list`);
    for (const item of items) list.push(item);
  }

  private setItems(items: PickleValue[]): void {
    const dict = this.stack.at(-1);
    if (dict instanceof InertObject) return;
    if (!(dict instanceof Map) || items.length % 2 !== 0)
      return this.damaged(phrase`sets items of something that is not a dict`);
    for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, items[i + 1]!);
  }

  private remember(index: number): void {
    const value = this.stack.at(-1);
    if (value === undefined) return this.damaged(phrase`stores a value when there is none`);
    if (this.memo.size >= MAX_MEMO) this.damaged(phrase`stores too many values`);
    this.memo.set(index, value);
  }

  private recall(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) return this.damaged(phrase`reads the memo entry ${index}, which is not there`);
    this.push(value);
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private pop(): PickleValue {
    return this.popMany(1)[0]!;
  }

  private popMany(count: number): PickleValue[] {
    if (this.stack.length - count < (this.marks.at(-1) ?? 0)) this.damaged(phrase`takes a value from an empty stack`);
    return this.stack.splice(this.stack.length - count);
  }

  private popMark(): PickleValue[] {
    const height = this.marks.pop();
    if (height === undefined) this.damaged(phrase`uses a mark that was never set`);
    return this.stack.splice(height!);
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

  private damaged(problem: Phrase): never {
    throw new ModelError(
      this.owner.path,
      phrase`is damaged: its pickle (Python's storage format) ${problem} (byte ${this.position}).`,
      phrase`The file is damaged or is not a weights file: download it again.`,
    );
  }

  private refuse(what: Phrase): never {
    throw new ModelError(
      this.owner.path,
      phrase`may be unsafe: its pickle (Python's storage format) ${what}. A weights file does not need this, and it could run code. Nothing was run.`,
      phrase`Do not open this file in any other program unless you trust its author. If you do, load it with transformers and save it again with save_pretrained(…, safe_serialization=True).`,
    );
  }
}

/** "module.name", without line breaks or other surprises. */
function shown(module: string, name: string): string {
  return JSON.stringify(`${module}.${name}`.slice(0, 200)).slice(1, -1);
}

function isGlobal(value: PickleValue): value is PickleGlobal {
  return typeof value === 'object' && value !== null && 'pickleName' in value;
}

function kind(value: PickleValue): Phrase | string {
  if (value === null) return 'None';
  if (value instanceof PickleTuple) return phrase`a tuple`;
  if (value instanceof Map) return phrase`a dict`;
  if (Array.isArray(value)) return phrase`a list`;
  if (typeof value === 'object') return 'pickleName' in value ? value.pickleName : value.pickleObject;
  return typeof value === 'string' ? phrase`a string` : phrase`a number, true, or false`;
}

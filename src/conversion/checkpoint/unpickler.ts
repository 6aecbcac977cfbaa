import { ModelError } from '../../modelFolder/modelError';
import { phrase, type Phrase } from '../../modelFolder/phrase';
import { PickleReader, type Instruction } from './pickleReader';
import {
  InertGlobal,
  InertObject,
  isGlobal,
  kindOf,
  PickleTuple,
  type PickleGlobal,
  type PickleValue,
} from './pickleValue';

/**
 * A pickle reader for data, not for programs. Pickle is a small stack language whose opcodes can
 * import any name and call it; this one imports only names that its owner knows, calls only
 * functions of this repository, and refuses every opcode that a weight file does not need. The
 * language is documented in Python's `pickletools.py`.
 *
 * Training checkpoints hold objects beside their weights. An owner may let inert stand-ins (`InertGlobal`) take their
 * place: they keep what is put into them as data, and have nothing that could run.
 */

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

/**
 * Reads one pickled value.
 * @throws ModelError naming the refused name or opcode, or saying where the pickle is damaged
 */
export function unpickle(bytes: Uint8Array, owner: PickleOwner): PickleValue {
  return new Unpickler(bytes, owner).run();
}

class Unpickler {
  private readonly reader: PickleReader;
  private readonly stack: PickleValue[] = [];
  /** Heights of the stack at the open MARKs. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    bytes: Uint8Array,
    private readonly owner: PickleOwner,
  ) {
    this.reader = new PickleReader(bytes, owner.path);
  }

  run(): PickleValue {
    for (;;) {
      const instruction = this.reader.next();
      if (instruction.opcode === 'STOP') {
        if (this.stack.length !== 1 || this.marks.length !== 0) this.damaged(phrase`ends with values left over`);
        return this.stack[0]!;
      }
      this.execute(instruction);
      if (this.stack.length > MAX_STACK) this.damaged(phrase`needs too many values at once`);
    }
  }

  private execute(instruction: Exclude<Instruction, { opcode: 'STOP' }>): void {
    switch (instruction.opcode) {
      case 'CONSTANT':
        return this.push(instruction.value);
      case 'MARK':
        if (this.marks.length >= MAX_STACK) this.damaged(phrase`needs too many values at once`);
        this.marks.push(this.stack.length);
        return;
      case 'EMPTY_TUPLE':
        return this.push(new PickleTuple([]));
      case 'TUPLE1':
        return this.push(new PickleTuple(this.popMany(1)));
      case 'TUPLE2':
        return this.push(new PickleTuple(this.popMany(2)));
      case 'TUPLE3':
        return this.push(new PickleTuple(this.popMany(3)));
      case 'TUPLE':
        return this.push(new PickleTuple(this.popMark()));
      case 'EMPTY_LIST':
        return this.push([]);
      case 'APPEND':
        return this.append(this.popMany(1));
      case 'APPENDS':
        return this.append(this.popMark());
      case 'EMPTY_DICT':
        return this.push(new Map());
      case 'SETITEM':
        return this.setItems(this.popMany(2));
      case 'SETITEMS':
        return this.setItems(this.popMark());
      case 'PUT':
        return this.remember(instruction.index ?? this.memo.size);
      case 'GET':
        return this.recall(instruction.index);

      case 'GLOBAL':
        return this.push(this.resolve(instruction.module, instruction.name));
      case 'STACK_GLOBAL': {
        const [module, name] = this.popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string')
          return this.damaged(phrase`imports something whose name is not text`);
        return this.push(this.resolve(module, name));
      }
      case 'BINPERSID':
        return this.push(this.owner.persistent(this.pop()));
      case 'REDUCE':
        return this.reduce();
      case 'BUILD':
        return this.build();

      // Bytes, sets and objects are read past.
      case 'BYTES':
        return this.push(new InertObject('bytes'));
      case 'EMPTY_SET':
        return this.push(new InertObject('a set'));
      case 'FROZENSET':
        return this.push(new InertObject('a set', this.popMark()));
      case 'ADDITEMS':
        this.popMark();
        if (!(this.stack.at(-1) instanceof InertObject))
          this.damaged(phrase`adds items to something that is not a set`);
        return;
      case 'NEWOBJ': {
        const [callee, args] = this.popMany(2);
        if (!(callee instanceof InertGlobal) || !(args instanceof PickleTuple)) {
          return this.refuse(phrase`uses the opcode NEWOBJ on ${kindOf(callee!)}`);
        }
        return this.push(callee.call(args.items));
      }

      case 'INST':
        return this.refuse(phrase`calls ${shown(instruction.module, instruction.name)} by the opcode INST`);
      case 'OTHER':
        return this.refuse(phrase`uses the opcode ${instruction.name}`);
    }
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
          : phrase`calls something that is not a function (${kindOf(callee)})`,
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
      this.refuse(phrase`uses the opcode BUILD on ${target === undefined ? phrase`nothing` : kindOf(target)}`);
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

  private damaged(problem: Phrase): never {
    return this.reader.damaged(problem);
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

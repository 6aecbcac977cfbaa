import { dict, op, pickle, storage, tensor } from '../../unit/conversion/support/pickleWriter';
import type { Random } from './random';

/** Names whose import or call would do something, as attacks on pickles use them. */
const EVIL: readonly (readonly [module: string, name: string])[] = [
  ['os', 'system'],
  ['posix', 'system'],
  ['builtins', 'exec'],
  ['builtins', 'eval'],
  ['builtins', 'getattr'],
  ['subprocess', 'check_output'],
  ['torch', 'load'],
  ['torch.hub', 'load'],
  ['runpy', 'run_path'],
  ['__builtin__', 'apply'],
  ['collections', 'OrderedDict.__reduce__'],
  ['constructor', 'prototype'],
  ['__proto__', 'toString'],
  ['process', 'binding'],
];

/** A pickle that would write the file `marker`, if anything ran it, in one of the ways to say so. */
export function evilPickle(random: Random, marker: string): Buffer {
  const [module, name] = random.of(EVIL);
  const command = op.tuple(op.text(`touch ${marker}`));
  const named = random.of([op.global, op.stackGlobal])(module, name);
  const call = random.of([
    Buffer.concat([named, command, op.reduce]),
    Buffer.concat([named, command, op.code(0x81)]),
    Buffer.concat([op.mark, named, op.text(`touch ${marker}`), op.code(0x6f)]),
    Buffer.concat([op.inst(module, name)]),
    Buffer.concat([op.emptyDict, named, op.build]),
    Buffer.concat([op.text(`touch ${marker}`), op.persistent]),
  ]);
  return pickle(dict({ weight: call }));
}

/** A program of random opcodes with fitting arguments, so that many of them get far. */
export function randomPickle(random: Random): Buffer {
  const parts: Buffer[] = [];
  for (let count = 5 + random.below(200); count > 0; count--) {
    parts.push(
      random.of<() => Buffer>([
        () => op.none,
        () => op.mark,
        () => op.int(random.below(2 ** 31)),
        () => op.long(BigInt(random.below(2 ** 31)) << BigInt(random.below(40)), 1 + random.below(255)),
        () => op.text(random.of(['storage', 'a', 'model', '__proto__', 'x'.repeat(random.below(300))])),
        () => op.emptyDict,
        () => op.emptyList,
        () => op.setItem,
        () => op.reduce,
        () => op.build,
        () => op.put(random.below(4)),
        () => op.get(random.below(4)),
        () => op.global('collections', 'OrderedDict'),
        () => op.global('torch._utils', random.of(['_rebuild_tensor_v2', '_rebuild_parameter', '_rebuild_qtensor'])),
        () => op.global('torch', random.of(['Size', 'FloatStorage', 'device'])),
        () => op.tuple(op.int(random.below(9)), op.int(random.below(9))),
        () => storage('0', random.below(2 ** 31)),
        () => op.code(random.of([0x74, 0x85, 0x86, 0x87, 0x61, 0x65, 0x75, 0x90, 0x8f, 0x91, 0x94, 0x81])),
        () => op.code(random.below(256)),
      ])(),
    );
  }
  return pickle(...parts);
}

/** Small pickles that stand for much: doublings, depth, shapes and strides beyond any storage. */
export function bomb(random: Random): Buffer {
  const much = 2 ** 31 - 1;
  return random.of<() => Buffer>([
    // A list of lists, each twice the one before.
    () =>
      pickle(
        op.emptyList,
        op.put(0),
        ...Array.from({ length: 60 }, () => Buffer.concat([op.get(0), op.get(0), op.code(0x86), op.put(0)])),
        op.tuple(),
      ),
    () => pickle(op.none, Buffer.alloc(200_000, 0x85)),
    () => pickle(Buffer.alloc(1_200_000, 0x28)),
    () => pickle(Buffer.alloc(1_200_000, 0x5d)),
    () => pickle(op.emptyList, Buffer.alloc(300_000, 0x61)),
    () => pickle(dict({ w: tensor({ storage: storage('0', much), shape: [much, much], strides: [0, 0] }) })),
    () => pickle(dict({ w: tensor({ storage: storage('0', 9), shape: [much, 1, much], strides: [1, much, 1] }) })),
    () =>
      pickle(
        dict({
          w: tensor({
            storage: storage('0', 9),
            shape: Array<number>(5000).fill(1),
            strides: Array<number>(5000).fill(1),
          }),
        }),
      ),
    () => pickle(Buffer.concat([op.code(0x8d), Buffer.from('ffffffffffffff7f', 'hex')])),
    () => pickle(Buffer.concat([op.code(0x8e), Buffer.from('ffffffffffffffff', 'hex')])),
    () => pickle(op.long(-1n, 255), op.emptyDict),
    // A dict that holds itself.
    () => pickle(op.emptyDict, op.put(0), op.text('me'), op.get(0), op.setItem),
  ])();
}

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readStateDict } from '../../../src/conversion/checkpoint/torchPickle';
import { dict, op, pickle, storage, tensor } from './support/pickleWriter';
import { throwsWith } from './support/throws';

const read = (...parts: Buffer[]): unknown => readStateDict('model.bin', pickle(...parts));
const weight = tensor({ storage: storage('0', 1), shape: [1], strides: [1] });
const touch = op.tuple(op.text('touch OWNED'));

describe('the unpickler', () => {
  afterEach(() => assert.ok(!existsSync('OWNED'), 'something was run'));

  it('reads a state dict', () => {
    const tensors = readStateDict('model.bin', pickle(dict({ weight })));
    const { shape, strides, offset, storage } = tensors.get('weight')!;
    assert.deepEqual(
      { shape, strides, offset, dtype: storage.dtype, key: storage.key, length: storage.length },
      {
        shape: [1],
        strides: [1],
        offset: 0,
        dtype: 'F32',
        key: '0',
        length: 1,
      },
    );
  });

  it('keeps hostile keys as mere names', () => {
    const tensors = readStateDict('model.bin', pickle(dict({ __proto__x: weight, constructor: weight })));
    assert.deepEqual([...tensors.keys()], ['__proto__x', 'constructor']);
    const viaPrototype = readStateDict('model.bin', pickle(op.emptyDict, op.text('__proto__'), weight, op.setItem));
    assert.deepEqual([...viaPrototype.keys()], ['__proto__']);
  });

  describe('refuses every name but those of weights, and says it', () => {
    const names: [string, string][] = [
      ['os', 'system'],
      ['posix', 'system'],
      ['nt', 'system'],
      ['builtins', 'eval'],
      ['builtins', 'exec'],
      ['__builtin__', 'eval'],
      ['builtins', 'getattr'],
      ['subprocess', 'Popen'],
      ['torch', 'load'],
      ['torch.hub', 'load'],
      ['numpy.core.multiarray', '_reconstruct'],
      ['copyreg', '__newobj__'],
      ['_codecs', 'decode'],
      ['torch._utils', '_import_dotted_name'],
      ['torch', 'constructor'],
      ['', ''],
      ['collections', 'defaultdict'],
    ];
    for (const [module, name] of names) {
      const shown = new RegExp(`refers to ${module}.${name}`.replace(/\./g, '\\.'));
      it(`${module}.${name} by GLOBAL`, () => {
        throwsWith(() => read(op.global(module, name), touch, op.reduce), shown, /Nothing was run/);
      });
      it(`${module}.${name} by STACK_GLOBAL`, () => {
        throwsWith(() => read(op.stackGlobal(module, name), touch, op.reduce), shown, /Nothing was run/);
      });
    }

    it('a name split elsewhere between module and name', () => {
      throwsWith(
        () => read(op.global('torch', '_utils._rebuild_tensor_v2')),
        /refers to torch\._utils\._rebuild_tensor_v2/,
      );
      throwsWith(() => read(op.stackGlobal('collections.OrderedDict', '')), /refers to collections\.OrderedDict\./);
    });
    it('a name without calling it', () => {
      throwsWith(() => read(dict({ weight, f: op.global('os', 'system') })), /refers to os\.system/);
    });
    it('a name inside a persistent id', () => {
      throwsWith(() => read(dict({ weight: storage('0', 1, op.global('os', 'system')) })), /refers to os\.system/);
      const evaluated = Buffer.concat([op.global('builtins', 'eval'), touch, op.reduce]);
      throwsWith(() => read(dict({ weight: storage('0', 1, evaluated) })), /refers to builtins\.eval/);
    });
    it('a name inside the arguments of an allowed function', () => {
      const hidden = Buffer.concat([op.global('os', 'system'), touch, op.reduce]);
      throwsWith(
        () => read(dict({ weight: tensor({ storage: hidden, shape: [1], strides: [1] }) })),
        /refers to os\.system/,
      );
    });
    it('a name inside the attributes of the dict', () => {
      throwsWith(
        () => read(dict({ weight }), dict({ _metadata: op.global('os', 'system') }), op.build),
        /refers to os\.system/,
      );
    });
    it('a name with line breaks and quotes, shown harmlessly', () => {
      throwsWith(
        () => read(op.stackGlobal('o"s\n\u001b[31m', 'x'.repeat(500))),
        /refers to o\\"s\\n\\u001b\[31m\.x+\./,
      );
    });
  });

  it("reads past the names that torch.load's weights_only allows", () => {
    const names = 'torch.device torch.Size _codecs.encode builtins.set torch._utils._rebuild_sparse_tensor torch.qint8';
    for (const full of names.split(' ')) {
      const at = full.lastIndexOf('.');
      const extra = Buffer.concat([op.global(full.slice(0, at), full.slice(at + 1)), op.tuple(), op.reduce]);
      assert.deepEqual([...readStateDict('model.bin', pickle(dict({ weight, extra }))).keys()], ['weight'], full);
    }
  });

  describe('refuses opcodes that make objects, naming them', () => {
    it('INST', () =>
      throwsWith(() => read(op.mark, touch, op.inst('os', 'system')), /calls os\.system by the opcode INST/));
    it('OBJ', () =>
      throwsWith(() => read(op.mark, op.global('collections', 'OrderedDict'), op.code(0x6f)), /opcode OBJ\./));
    it('NEWOBJ', () =>
      throwsWith(() => read(op.global('collections', 'OrderedDict'), op.tuple(), op.code(0x81)), /opcode NEWOBJ on/));
    it('NEWOBJ_EX', () =>
      throwsWith(
        () => read(op.global('collections', 'OrderedDict'), op.tuple(), op.emptyDict, op.code(0x92)),
        /opcode NEWOBJ_EX/,
      ));
    it('EXT1', () => throwsWith(() => read(op.code(0x82, 1)), /opcode EXT1/));
    it('PERSID', () => throwsWith(() => read(Buffer.from('Pstorage\n')), /opcode PERSID/));
    it('BUILD on a tensor', () => throwsWith(() => read(weight, op.emptyDict, op.build), /BUILD on a tensor/));
    it('BUILD on a function', () => {
      throwsWith(
        () => read(op.global('collections', 'OrderedDict'), op.emptyDict, op.build),
        /BUILD on collections\.OrderedDict/,
      );
    });
    it('BUILD with a state that is not a dict', () => {
      throwsWith(() => read(dict({ weight }), op.tuple(op.none, op.emptyDict), op.build), /BUILD on a dict/);
    });
    it('REDUCE of a type', () =>
      throwsWith(() => read(op.global('torch', 'FloatStorage'), op.tuple(), op.reduce), /calls torch\.FloatStorage/));
    it('REDUCE of a dict', () =>
      throwsWith(() => read(op.emptyDict, op.tuple(), op.reduce), /calls something that is not a function \(a dict\)/));
    it('every other known opcode', () => {
      for (const code of 'ILSTUVFldo021gp') {
        throwsWith(() => read(Buffer.from(code)), /uses the opcode [A-Z_0-9]+\. A weights file/);
      }
    });
    it('an unknown opcode', () => throwsWith(() => read(op.code(0xfe)), /unknown opcode 0xfe/));
  });

  describe('says where a pickle is damaged', () => {
    it('cut off anywhere', () => {
      const whole = pickle(dict({ weight, other: weight }));
      for (let length = 0; length < whole.length; length++) {
        throwsWith(
          () => readStateDict('model.bin', whole.subarray(0, length)),
          /model\.bin: is damaged: its pickle \(.*\) (ends too early|contains a name)/,
        );
      }
    });
    it('text longer than the file', () =>
      throwsWith(() => read(Buffer.from('X\xff\xff\xff\x7fabc', 'latin1')), /ends too early/));
    it('text of 2^60 bytes', () => throwsWith(() => read(op.code(0x8d, 0, 0, 0, 0, 0, 0, 0, 0x10)), /ends too early/));
    it('an empty stack', () => throwsWith(() => read(op.setItem), /empty stack/));
    it('a value from below a mark', () => throwsWith(() => read(op.emptyDict, op.mark, op.code(0x85)), /empty stack/));
    it('a mark that was not opened', () => throwsWith(() => read(op.code(0x74)), /mark that was never set/));
    it('a memo entry that is not there', () => throwsWith(() => read(op.get(7)), /memo entry 7/));
    it('items of something else than a dict', () =>
      throwsWith(() => read(op.emptyList, op.none, op.none, op.setItem), /not a dict/));
    it('items appended to something else than a list', () =>
      throwsWith(() => read(op.emptyDict, op.none, op.code(0x61)), /not a list/));
    it('values left over', () => throwsWith(() => read(op.none, op.none), /left over/));
    it('a protocol of the future', () =>
      throwsWith(() => readStateDict('model.bin', Buffer.of(0x80, 9)), /unknown protocol version 9/));
    it('too many values', () => {
      throwsWith(() => readStateDict('model.bin', Buffer.alloc(2_000_000, 'N')), /too many values at once/);
      throwsWith(() => readStateDict('model.bin', Buffer.alloc(2_000_000, '(')), /too many values at once/);
    });
    it('a dict that holds itself is no endless loop', () => {
      throwsWith(
        () => read(op.emptyDict, op.put(0), op.text('self'), op.get(0), op.setItem),
        /does not contain a state dict/,
      );
    });
  });

  it('survives random bytes', () => {
    let state = 12345;
    const random = (below: number): number => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8) % below;
    const valid = pickle(dict({ weight, other: weight }));
    for (let round = 0; round < 3000; round++) {
      const bytes = Buffer.from(valid);
      for (let i = 0; i <= random(4); i++) bytes[random(bytes.length)] = random(256);
      try {
        readStateDict('model.bin', bytes);
      } catch (error) {
        assert.equal((error as Error).name, 'ModelError', String((error as Error).stack));
      }
    }
  });
});

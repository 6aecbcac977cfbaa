import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFairseqPickle } from '../../../src/conversion/checkpoint/fairseqPickle';
import { dict, op, pickle, storage, tensor } from './support/pickleWriter';
import { throwsWith } from './support/throws';

const weight = tensor({ storage: storage('0', 1), shape: [1], strides: [1] });
const model = dict({ 'decoder.w': weight });
const touch = op.tuple(op.text('touch OWNED'));
const newObject = op.code(0x81);
const read = (parts: Record<string, Buffer>): ReturnType<typeof readFairseqPickle> =>
  readFairseqPickle('checkpoint.pt', pickle(dict({ model, ...parts })));
const object = (module: string, name: string, state: Buffer): Buffer =>
  Buffer.concat([op.global(module, name), op.tuple(), newObject, state, op.build]);

describe('readFairseqPickle', () => {
  afterEach(() => assert.ok(!existsSync('OWNED'), 'something was run'));

  it('reads settings from dicts, leaving out what is no plain value', () => {
    const cfg = dict({
      model: dict({ _name: op.text('lm'), heads: op.int(4), tied: op.code(0x88), lr: op.emptyList }),
    });
    const { tensors, model: settings, task } = read({ args: op.none, cfg });
    assert.deepEqual([...tensors.keys()], ['decoder.w']);
    assert.deepEqual(
      [...settings],
      [
        ['_name', 'lm'],
        ['heads', 4],
        ['tied', true],
      ],
    );
    assert.equal(task.size, 0);
  });

  it('reads settings from a Namespace, for model and task alike', () => {
    const args = object(
      'argparse',
      'Namespace',
      dict({ heads: op.int(4), set: Buffer.concat([op.code(0x8f), op.mark, op.int(1), op.code(0x90)]) }),
    );
    const { model: settings, task } = read({ args, cfg: op.none });
    assert.deepEqual([...settings], [['heads', 4]]);
    assert.deepEqual([...task], [['heads', 4]]);
  });

  it('reads settings from omegaconf nodes and enumerations', () => {
    const node = (value: Buffer): Buffer =>
      object('omegaconf.nodes', 'AnyNode', dict({ _val: value, _parent: op.none }));
    const choice = Buffer.concat([
      op.global('fairseq.dataclass.constants', 'Choices'),
      op.tuple(op.text('gelu')),
      op.reduce,
    ]);
    const content = dict({ heads: node(op.int(4)), fn: node(choice), bos: node(op.text('${task.bos}')) });
    const config = (entries: Buffer): Buffer =>
      object('omegaconf.dictconfig', 'DictConfig', dict({ _content: entries }));
    const { model: settings } = read({ cfg: config(dict({ model: config(content) })) });
    assert.deepEqual(
      [...settings],
      [
        ['heads', 4],
        ['fn', 'gelu'],
      ],
    );
  });

  it('takes integers beyond 2^53 for what they nearly are', () => {
    const cfg = dict({ model: dict({ max: op.long(10n ** 30n, 13) }) });
    assert.equal(read({ cfg }).model.get('max'), 1e30);
  });

  it('reads past numpy numbers, bytes, sets and dates', () => {
    const bytes = Buffer.concat([
      op.global('_codecs', 'encode'),
      op.tuple(op.text('ab'), op.text('latin1')),
      op.reduce,
    ]);
    const dtype = Buffer.concat([
      op.global('numpy', 'dtype'),
      op.tuple(op.text('f8')),
      op.reduce,
      op.tuple(op.int(3)),
      op.build,
    ]);
    const number = Buffer.concat([op.global('numpy._core.multiarray', 'scalar'), op.tuple(dtype, bytes), op.reduce]);
    const shortBytes = Buffer.concat([op.code(0x43, 2), Buffer.from('ab')]);
    const frozen = Buffer.concat([op.mark, op.int(1), op.code(0x91)]);
    const meter = Buffer.concat([
      op.global('collections', 'defaultdict'),
      op.tuple(op.global('builtins', 'list')),
      op.reduce,
    ]);
    assert.equal(read({ extra_state: dict({ number, shortBytes, frozen, meter }) }).tensors.size, 1);
  });

  it('refuses a file without a model', () => {
    throwsWith(() => readFairseqPickle('checkpoint.pt', pickle(dict({ weight }))), /not a fairseq checkpoint/);
    throwsWith(() => readFairseqPickle('checkpoint.pt', pickle(op.emptyList)), /not a fairseq checkpoint/);
  });

  describe('refuses every other name, wherever it stands', () => {
    const names: [string, string][] = [
      ['os', 'system'],
      ['posix', 'system'],
      ['builtins', 'eval'],
      ['builtins', 'exec'],
      ['builtins', 'getattr'],
      ['__builtin__', 'eval'],
      ['builtins', '__import__'],
      ['builtins', 'open'],
      ['subprocess', 'Popen'],
      ['torch', 'load'],
      ['torch.hub', 'load'],
      ['numpy', 'load'],
      ['numpy.testing._private.utils', 'runstring'],
      ['argparse', 'FileType'],
      ['fairseqx', 'a'],
      ['operator', 'attrgetter'],
      ['copyreg', '__newobj__'],
      ['fairseq', 'os.system'],
      ['fairseq', ''],
      ['typing.os', ''],
      ['__proto__', 'toString'],
      ['constructor', 'name'],
    ];
    for (const [module, name] of names) {
      it(`${module}.${name}`, () => {
        const shown = new RegExp(`refers to ${module}.${name}`.replace(/\./g, '\\.'));
        for (const callee of [op.global(module, name), op.stackGlobal(module, name)]) {
          throwsWith(() => read({ extra_state: Buffer.concat([callee, touch, op.reduce]) }), shown, /Nothing was run/);
          throwsWith(() => read({ args: Buffer.concat([callee, touch, newObject]) }), shown);
          throwsWith(() => read({ args: object('argparse', 'Namespace', dict({ __setstate__: callee })) }), shown);
        }
      });
    }
    it('by the opcodes INST, OBJ and NEWOBJ_EX', () => {
      throwsWith(() => read({ args: Buffer.concat([op.inst('argparse', 'Namespace')]) }), /opcode INST/);
      throwsWith(
        () => read({ args: Buffer.concat([op.mark, op.global('argparse', 'Namespace'), op.code(0x6f)]) }),
        /opcode OBJ/,
      );
      const extended = Buffer.concat([op.global('argparse', 'Namespace'), op.tuple(), op.emptyDict, op.code(0x92)]);
      throwsWith(() => read({ args: extended }), /opcode NEWOBJ_EX/);
    });
  });

  describe('keeps inert what it lets pass', () => {
    it('an object cannot be called', () => {
      const made = object('fairseq.tasks', 'Task', op.emptyDict);
      throwsWith(
        () => read({ args: Buffer.concat([made, touch, op.reduce]) }),
        /calls something that is not a function \(fairseq\.tasks\.Task\)/,
      );
      throwsWith(
        () => read({ args: Buffer.concat([made, touch, newObject]) }),
        /opcode NEWOBJ on fairseq\.tasks\.Task/,
      );
    });
    it('a class cannot be given state', () => {
      throwsWith(
        () => read({ args: Buffer.concat([op.global('argparse', 'Namespace'), dict({ call: op.none }), op.build]) }),
        /BUILD on argparse\.Namespace/,
      );
    });
    it('a __setstate__ that is set is not called', () => {
      const trick = dict({ __setstate__: op.global('builtins', 'list'), __class__: op.global('fairseq', 'Evil') });
      const args = Buffer.concat([object('argparse', 'Namespace', trick), dict({ heads: op.int(4) }), op.build]);
      assert.deepEqual([...read({ args }).model], [['heads', 4]]);
    });
    it('nor are functions of this repository made of attributes', () => {
      const args = object(
        'argparse',
        'Namespace',
        dict({ call: op.text('x'), pickleName: op.text('y'), attributes: op.text('z') }),
      );
      throwsWith(
        () => read({ args: Buffer.concat([args, touch, op.reduce]) }),
        /calls something that is not a function/,
      );
    });
    it('objects in place of tensors are no tensors', () => {
      const fake = Buffer.concat([op.global('fairseq', 'a'), op.tuple(), op.reduce]);
      const broken = tensor({ storage: fake, shape: [1], strides: [1] });
      throwsWith(() => read({ extra_state: broken }), /rebuilds a tensor from arguments that make no sense/);
    });
  });
});

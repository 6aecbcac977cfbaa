import assert from 'node:assert/strict';
import protobuf from 'protobufjs/light';
import { withChanged } from '../../../src/decoder/session/protobufFields';

const root = protobuf.Root.fromJSON({
  nested: {
    Inner: {
      fields: {
        number: { type: 'int64', id: 1 },
        name: { rule: 'repeated', type: 'string', id: 2 },
        ratio: { type: 'double', id: 3 },
      },
    },
    Outer: {
      fields: {
        flag: { type: 'bool', id: 1 },
        inner: { rule: 'repeated', type: 'Inner', id: 13 },
        other: { type: 'Inner', id: 14 },
        float: { type: 'float', id: 300 },
      },
    },
  },
});
const Outer = root.lookupType('Outer');

const value = {
  flag: true,
  inner: [
    { number: -1, name: ['a', 'b'], ratio: 0.5 },
    { number: 2 ** 40, name: ['b'.repeat(300)] },
    { number: 7, name: [''] },
  ],
  other: { number: 3, name: ['a'] },
  float: 1.5,
};
const message = Outer.encode(Outer.fromObject(value)).finish();
const read = (bytes: Uint8Array): object => Outer.toObject(Outer.decode(bytes), { longs: Number });

describe('withChanged', () => {
  it('changes the values at a path, to any length, and no others', () => {
    const changed = withChanged(message, [13, 2], (bytes) =>
      Buffer.from(`${Buffer.from(bytes).toString()}${'x'.repeat(200)}`),
    );
    const x = 'x'.repeat(200);
    assert.deepEqual(read(changed), {
      ...value,
      inner: value.inner.map((inner) => ({ ...inner, name: inner.name.map((name) => name + x) })),
    });
  });

  it('leaves a message byte for byte where nothing changes, or where there is no such field', () => {
    assert.deepEqual(Buffer.from(withChanged(message, [13, 2], (bytes) => bytes)), Buffer.from(message));
    assert.deepEqual(Buffer.from(withChanged(message, [99], () => assert.fail())), Buffer.from(message));
    assert.equal(withChanged(new Uint8Array(), [13, 2], () => assert.fail()).length, 0);
  });

  it('refuses bytes that are no message', () => {
    // A field of 300 bytes is cut, whatever is left of it.
    for (const end of [3, 50, message.length - 1]) {
      assert.throws(() => withChanged(message.subarray(0, end), [13, 2], (bytes) => bytes), /in the middle of a field/);
    }
    assert.throws(() => withChanged(Uint8Array.of(7), [13], (bytes) => bytes), /unknown kind 7/);
  });
});

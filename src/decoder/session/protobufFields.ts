/** What follows a field's tag (protobuf.dev/programming-guides/encoding). */
const WIRE = { varint: 0, eightBytes: 1, lengthDelimited: 2, fourBytes: 5 } as const;

/**
 * Changes one field of a protobuf message and leaves all else byte for byte as it was. A schema would lose the fields that
 * it does not know.
 * @param path numbers of fields from the message inwards; the last one's values are changed
 * @throws Error for bytes that are no message
 */
export function withChanged(
  message: Uint8Array,
  [field, ...inner]: readonly number[],
  change: (value: Uint8Array) => Uint8Array,
): Uint8Array {
  if (field === undefined) return change(message);
  const reader = new FieldReader(message);
  const parts: Uint8Array[] = [];
  let kept = 0;
  while (!reader.ended) {
    const start = reader.at;
    const tag = reader.varint();
    const value = reader.skip(tag % 8);
    if (value === undefined || tag !== 8 * field + WIRE.lengthDelimited) continue;
    const changed = withChanged(value, inner, change);
    parts.push(message.subarray(kept, start), varintBytes(tag), varintBytes(changed.length), changed);
    kept = reader.at;
  }
  return Buffer.concat([...parts, message.subarray(kept)]);
}

class FieldReader {
  at = 0;

  constructor(private readonly message: Uint8Array) {}

  get ended(): boolean {
    return this.at >= this.message.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.message[this.at++];
      if (byte === undefined) throw new Error('The graph ends in the middle of a field.');
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }

  /** Goes to the next field. @returns the bytes of one that has a length */
  skip(wire: number): Uint8Array | undefined {
    let value: Uint8Array | undefined;
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.eightBytes) this.at += 8;
    else if (wire === WIRE.fourBytes) this.at += 4;
    else if (wire === WIRE.lengthDelimited) {
      const length = this.varint();
      value = this.message.subarray(this.at, this.at + length);
      this.at += length;
    } else throw new Error(`The graph has a field of the unknown kind ${wire}.`);
    if (this.at > this.message.length) throw new Error('The graph ends in the middle of a field.');
    return value;
  }
}

function varintBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Uint8Array.from([...bytes, value]);
}

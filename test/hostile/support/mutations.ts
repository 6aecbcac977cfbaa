import type { Random } from './random';

/** Numbers at which lengths, counts and offsets go wrong. */
const EDGES = [0, 1, -1, 127, 128, 255, 256, 32767, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const WIDE_EDGES = [0n, 1n, -1n, 2n ** 31n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n];

/** Changes bytes as damage and ill will do: bits, numbers, cuts, repetitions, pieces of elsewhere. */
export function mutateBytes(random: Random, original: Buffer): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let count = 1 + random.below(4); count > 0; count--) bytes = mutateOnce(random, bytes);
  return bytes;
}

function mutateOnce(random: Random, bytes: Buffer): Buffer {
  const length = bytes.length;
  if (length < 8) return Buffer.concat([bytes, random.bytes(8)]);
  // Headers and directories, where the numbers are, lie at the ends.
  const place = random.below(3);
  const reach = place === 2 ? length : Math.min(length, 400);
  const at = place === 1 ? length - 1 - random.below(reach) : random.below(reach);
  const piece = (): Buffer => {
    const from = random.below(length);
    return bytes.subarray(from, from + 1 + random.below(64));
  };
  switch (random.below(9)) {
    case 0:
      bytes[at]! ^= 1 << random.below(8);
      return bytes;
    case 1:
      bytes[at] = random.below(256);
      return bytes;
    case 2:
      bytes.writeUInt32LE(random.of(EDGES) >>> 0, Math.min(at, length - 4));
      return bytes;
    case 3:
      bytes.writeBigUInt64LE(BigInt.asUintN(64, random.of(WIDE_EDGES)), Math.min(at, length - 8));
      return bytes;
    case 4:
      return bytes.subarray(0, at);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(32))]);
    case 6:
      return Buffer.concat([bytes.subarray(0, at), piece(), bytes.subarray(at)]);
    case 7:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(16)), bytes.subarray(at)]);
    default: {
      piece().copy(bytes, at);
      return bytes;
    }
  }
}

/** Values that no honest writer puts where a number, a name or a list should be. */
export function strangeValue(random: Random): unknown {
  const deep = (depth: number): unknown => (depth === 0 ? 1 : [deep(depth - 1)]);
  return random.of<() => unknown>([
    () => null,
    () => true,
    () => '',
    () => -1,
    () => 0.5,
    () => 1e308,
    () => 2 ** 53,
    () => 2 ** 31,
    () => 1e9,
    () => [],
    () => ({}),
    () => [[[]]],
    () => '../../etc/passwd',
    () => '/dev/zero',
    () => 'CON',
    () => '\u0000\ud800',
    () => 'x'.repeat(100_000),
    () => deep(500),
    () => Array.from({ length: 20_000 }, (_, i) => i),
    () => ({ constructor: { prototype: { polluted: 'yes' } } }),
  ])();
}

/** A JSON document with values, keys or the text itself changed. */
export function mutateJson(random: Random, original: string): string {
  if (random.chance(0.2)) return mutateBytes(random, Buffer.from(original)).toString('latin1');
  if (random.chance(0.03)) return random.of(['[', '{"a":', '"', '{"x":[']).repeat(1 + random.below(200_000));
  const root: unknown = JSON.parse(original);
  for (let count = 1 + random.below(3); count > 0; count--) changeValue(random, root);
  const text = JSON.stringify(root);
  // An own key that `JSON.parse` makes, and that a careless copy would turn into a prototype.
  return random.chance(0.1) ? text.replace('{', '{"__proto__":{"polluted":"yes"},') : text;
}

/** Changes one value or key somewhere below `root`. */
export function changeValue(random: Random, root: unknown): void {
  let node = root as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(node);
    if (keys.length === 0) return;
    const key = random.of(keys);
    const value = node[key];
    if (typeof value === 'object' && value !== null && random.chance(0.7)) {
      node = value as Record<string, unknown>;
      continue;
    }
    switch (random.below(5)) {
      case 0:
        delete node[key];
        return;
      case 1:
        node[`${key}${random.below(10)}`] = value;
        return;
      case 2:
        if (typeof value === 'number') {
          node[key] = random.of([value + 1, value - 1, -value, value * 1000, value / 2, 0]);
          return;
        }
        node[key] = strangeValue(random);
        return;
      default:
        node[key] = strangeValue(random);
        return;
    }
  }
}

import { GlossaryError } from './glossaryError';

/** Keys between two places where a search may start. */
export const KEYS_IN_GROUP = 16;

/**
 * Sorted keys (by their UTF-8 bytes) and the numbers of the entries that each names, front-coded:
 * a key is stored as the count of bytes it shares with the one before it and the bytes that differ.
 *
 * Layout: u32 groups, u32 offset of each group, then for each key: varint shared, varint rest, the rest,
 * varint count, the entry numbers as varint differences. In every group the first key shares nothing.
 */
export class KeyIndex {
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  /** The key that was read last. */
  #key = new Uint8Array(64);
  #keyLength = 0;
  #at = 0;

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const groups = bytes.length >= 4 ? view.getUint32(0, true) : -1;
    if (groups < 0 || 4 + 4 * groups > bytes.length) throw new GlossaryError('damaged', 'the keys are cut off');
    this.#bytes = bytes;
    this.#starts = Uint32Array.from({ length: groups }, (_, i) => view.getUint32(4 + 4 * i, true));
  }

  /** The numbers of the entries that `key` names, ascending; none where it is unknown. */
  find(key: string): number[] {
    const wanted = this.#encoder.encode(key);
    const group = this.#groupOf(wanted);
    if (group < 0) return [];
    this.#at = this.#starts[group]!;
    for (let i = 0; i < KEYS_IN_GROUP && this.#at < this.#bytes.length; i++) {
      this.#readKey();
      const order = this.#compare(wanted);
      if (order === 0) return this.#readEntries();
      if (order > 0) return [];
      this.#skipEntries();
    }
    return [];
  }

  /** At most `limit` keys that begin with `prefix`, in order, with the entries they name. */
  startingWith(prefix: string, limit: number): { key: string; entries: number[] }[] {
    const wanted = this.#encoder.encode(prefix);
    const found: { key: string; entries: number[] }[] = [];
    if (this.#starts.length === 0) return found;
    this.#at = this.#starts[Math.max(0, this.#groupOf(wanted))]!;
    while (this.#at < this.#bytes.length && found.length < limit) {
      this.#readKey();
      const order = this.#comparePrefix(wanted);
      if (order > 0) break;
      if (order < 0) this.#skipEntries();
      else {
        const key = this.#decoder.decode(this.#key.subarray(0, this.#keyLength));
        found.push({ key, entries: this.#readEntries() });
      }
    }
    return found;
  }

  /** The last group whose first key is not behind `wanted`; -1 where all are. */
  #groupOf(wanted: Uint8Array): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      this.#at = this.#starts[middle]!;
      this.#readKey();
      if (this.#compare(wanted) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #readKey(): void {
    const shared = this.#varint();
    const rest = this.#varint();
    const length = shared + rest;
    if (length > this.#key.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#key.subarray(0, shared));
      this.#key = larger;
    }
    this.#key.set(this.#bytes.subarray(this.#at, this.#at + rest), shared);
    this.#keyLength = length;
    this.#at += rest;
  }

  #readEntries(): number[] {
    const entries: number[] = [];
    let last = 0;
    for (let count = this.#varint(); count > 0; count--) entries.push((last += this.#varint()));
    return entries;
  }

  #skipEntries(): void {
    for (let count = this.#varint(); count > 0; count--) this.#varint();
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    return value;
  }

  /** Below 0 when the current key is before `wanted`. */
  #compare(wanted: Uint8Array): number {
    return this.#comparePrefix(wanted) || this.#keyLength - wanted.length;
  }

  /** 0 when the current key begins with `wanted`; else as {@link #compare}. */
  #comparePrefix(wanted: Uint8Array): number {
    const length = Math.min(this.#keyLength, wanted.length);
    for (let i = 0; i < length; i++) if (this.#key[i] !== wanted[i]) return this.#key[i]! - wanted[i]!;
    return this.#keyLength < wanted.length ? -1 : 0;
  }
}

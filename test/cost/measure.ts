import { ProseDocument } from '../../src/prose/proseDocument';
import type { Shape } from './shapes';

/** Keys typed at one place. */
const KEYS = 6;

/** Milliseconds that this process has computed: those in which others had the core do not count. */
function computed(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of opening a document of a shape, and of each of some keys typed at a part of its length. */
export function keyTimes(
  shape: Shape,
  length: number,
  place: number,
  count: number,
): { opening: number; keys: number[] } {
  const text = shape.text(length);
  const opened = computed();
  const document = new ProseDocument(shape.language, text);
  let at = Math.round(text.length * place);
  document.scopeAt(at);
  const opening = computed() - opened;
  const keys: number[] = [];
  for (let i = 0; i < count; i++) {
    const begun = computed();
    document.edit({ from: at, to: at, insert: 'a' });
    document.scopeAt(++at);
    keys.push(computed() - begun);
  }
  return { opening, keys };
}

/** As `keyTimes`, of one key: the least of several. */
export function keyTime(shape: Shape, length: number, place: number): { opening: number; key: number } {
  const { opening, keys } = keyTimes(shape, length, place, KEYS);
  return { opening, key: Math.min(...keys) };
}

/** Milliseconds of looking once at each character of a text of this length: the least of several. */
export function passTime(length: number): number {
  const text = 'a word '.repeat(Math.ceil(length / 7));
  let least = Infinity;
  for (let i = 0; i < KEYS; i++) {
    const begun = computed();
    let blanks = 0;
    for (let at = 0; at < length; at++) if (text.charCodeAt(at) === 32) blanks++;
    if (blanks > 0) least = Math.min(least, computed() - begun);
  }
  return least;
}

export const PLACES = [1, 0.5, 0.02] as const;

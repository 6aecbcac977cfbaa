import { ProseDocument } from '../../src/prose/proseDocument';
import type { Shape } from './shapes';

/** Keys typed at one place. */
const KEYS = 6;

/**
 * Milliseconds of one key in a document of a shape, by place: the least of several, so that another process's turn does
 * not count.
 */
export function keyTime(shape: Shape, length: number, place: number): number {
  const text = shape.text(length);
  const document = new ProseDocument(shape.language, text);
  let at = Math.round(text.length * place);
  document.scopeAt(at);
  let least = Infinity;
  for (let i = 0; i < KEYS; i++) {
    const begun = performance.now();
    document.edit({ from: at, to: at, insert: 'a' });
    document.scopeAt(++at);
    least = Math.min(least, performance.now() - begun);
  }
  return least;
}

export const PLACES = [1, 0.5, 0.02] as const;

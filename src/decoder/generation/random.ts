/** Uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * A small deterministic generator: sfc32 (Chris Doty-Humphrey, PractRand), its state filled from one
 * 32-bit seed by splitmix32. The same seed gives the same numbers on every machine.
 */
export function createRandom(seed: number): Random {
  let mix = seed >>> 0;
  const next32 = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = next32();
  let b = next32();
  let c = next32();
  let counter = 1;
  return () => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + sum) >>> 0;
    return sum / 2 ** 32;
  };
}

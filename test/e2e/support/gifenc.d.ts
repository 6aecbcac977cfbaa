/** The part of gifenc that is used here; the package has no types of its own. */
declare module 'gifenc' {
  /** Red, green, blue; 0 to 255. */
  export type Color = [number, number, number];

  export interface Encoder {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: {
        palette?: Color[];
        transparent?: boolean;
        transparentIndex?: number;
        /** Milliseconds. */
        delay: number;
        /** 1: the frame stays, and the next is drawn over it. */
        dispose: number;
      },
    ): void;
    finish(): void;
    bytes(): Uint8Array;
  }

  /** The colors that stand for those of an image, at most `maxColors`; `rgba` has four bytes a pixel. */
  export function quantize(rgba: Uint8Array | Uint8ClampedArray, maxColors: number): Color[];
  /** The index of the nearest color for each pixel. */
  export function applyPalette(rgba: Uint8Array | Uint8ClampedArray, palette: Color[]): Uint8Array;
  export function GIFEncoder(): Encoder;
}

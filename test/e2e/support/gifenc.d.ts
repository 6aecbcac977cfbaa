/** The part of gifenc that is used here; the package has no types of its own. */
declare module 'gifenc' {
  /** Red, green, blue; 0 to 255. */
  type Colour = [number, number, number];

  interface Encoder {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: {
        palette?: Colour[];
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

  const gifenc: {
    /** The colours that stand for those of an image, at most `maxColors`; `rgba` has four bytes a pixel. */
    quantize(rgba: Uint8Array | Uint8ClampedArray, maxColors: number): Colour[];
    /** The index of the nearest colour for each pixel. */
    applyPalette(rgba: Uint8Array | Uint8ClampedArray, palette: Colour[]): Uint8Array;
    GIFEncoder(): Encoder;
  };
  export default gifenc;
}

import { applyPalette, GIFEncoder, quantize, type Color } from 'gifenc';
import { PNG } from 'pngjs';

/** A GIF's color table has 256 entries: white stays white, and one says "as in the frame before". */
const COLORS = 254;
const WHITE: Color = [255, 255, 255];

interface Still {
  pixels: Uint8Array;
  ms: number;
}

/** Screenshots of one size, one after another, and the animated GIF that they make. */
export class Animation {
  private readonly stills: Still[] = [];
  private width = 0;
  private height = 0;

  /**
   * Adds a screenshot that stays for `ms` milliseconds; one that shows the same as the last one prolongs it.
   * @throws RangeError if it has another size than the first one
   */
  add(png: Buffer, ms: number): void {
    const { width, height, data } = PNG.sync.read(png);
    if (this.stills.length === 0) [this.width, this.height] = [width, height];
    if (width !== this.width || height !== this.height) {
      throw new RangeError(`A frame of ${width} × ${height} pixels in an animation of ${this.width} × ${this.height}.`);
    }
    const last = this.stills.at(-1);
    if (last && data.equals(last.pixels)) last.ms += ms;
    else this.stills.push({ pixels: data, ms });
  }

  get frames(): number {
    return this.stills.length;
  }

  /** Milliseconds. */
  get duration(): number {
    return this.stills.reduce((sum, { ms }) => sum + ms, 0);
  }

  /** Each frame holds only what differs from the one before: an editor changes little at a time. */
  toGif(): Uint8Array {
    const palette = [...quantize(this.distinctColors(), COLORS), WHITE];
    const unchanged = palette.length;
    const encoder = GIFEncoder();
    let before: Uint8Array | undefined;
    for (const { pixels, ms } of this.stills) {
      const now = applyPalette(pixels, palette);
      const drawn = before ? now.map((color, index) => (color === before![index] ? unchanged : color)) : now;
      encoder.writeFrame(drawn, this.width, this.height, {
        ...(before ? { transparent: true, transparentIndex: unchanged } : { palette: [...palette, [0, 0, 0]] }),
        delay: ms,
        dispose: 1,
      });
      before = now;
    }
    encoder.finish();
    return encoder.bytes();
  }

  /** All colors of all frames, each once: rare ones, such as a badge's, count as much as the background. */
  private distinctColors(): Uint8Array {
    const seen = new Set<number>();
    for (const { pixels } of this.stills) {
      const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.byteLength / 4);
      for (const word of words) seen.add(word);
    }
    return new Uint8Array(Uint32Array.from(seen).buffer);
  }
}

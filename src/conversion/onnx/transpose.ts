import type { MatrixSource } from './weightFormat';

const TILE = 32;

/**
 * Lays [rows, columns] matrices side by side, each transposed: the right-hand operand of a `MatMul`.
 * @returns row-major [columns, sum of rows]
 */
export async function transposed(sources: readonly MatrixSource[]): Promise<Float32Array> {
  const columns = sources[0]!.columns;
  const width = sources.reduce((sum, { rows }) => sum + rows, 0);
  const target = new Float32Array(columns * width);
  let left = 0;
  for (const source of sources) {
    const values = new Float32Array(source.rows * columns);
    let filled = 0;
    for await (const chunk of source.chunks()) {
      values.set(chunk, filled);
      filled += chunk.length;
    }
    transposeInto(values, source.rows, columns, target, width, left);
    left += source.rows;
  }
  return target;
}

/** In tiles, so that both sides stay in the cache. */
function transposeInto(
  source: Float32Array,
  rows: number,
  columns: number,
  target: Float32Array,
  width: number,
  left: number,
): void {
  for (let row0 = 0; row0 < rows; row0 += TILE) {
    const rowEnd = Math.min(row0 + TILE, rows);
    for (let column0 = 0; column0 < columns; column0 += TILE) {
      const columnEnd = Math.min(column0 + TILE, columns);
      for (let column = column0; column < columnEnd; column++) {
        const out = column * width + left;
        for (let row = row0; row < rowEnd; row++) target[out + row] = source[row * columns + column]!;
      }
    }
  }
}

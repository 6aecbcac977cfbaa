/**
 * Indices of the `k` largest values, largest first; equal values keep the lower index first.
 * -Infinity counts as a value.
 */
export function topK(values: ArrayLike<number>, k: number): number[] {
  const count = Math.min(k, values.length);
  if (count <= 0) return [];
  // A heap whose root is the worst kept index.
  const heap: number[] = [];
  const worse = (i: number, j: number): boolean => values[i]! < values[j]! || (values[i] === values[j] && i > j);
  const siftDown = (): void => {
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) return;
      if (child + 1 < heap.length && worse(heap[child + 1]!, heap[child]!)) child++;
      if (!worse(heap[child]!, heap[parent]!)) return;
      [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
      parent = child;
    }
  };
  for (let index = 0; index < values.length; index++) {
    if (heap.length < count) {
      heap.push(index);
      let child = heap.length - 1;
      while (child > 0) {
        const parent = (child - 1) >> 1;
        if (!worse(heap[child]!, heap[parent]!)) break;
        [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
        child = parent;
      }
    } else if (values[index]! > values[heap[0]!]!) {
      heap[0] = index;
      siftDown();
    }
  }
  return heap.sort((i, j) => values[j]! - values[i]! || i - j);
}

/** Index of the largest value, the first of equals; -1 when every value is -Infinity or NaN. */
export function argmax(values: ArrayLike<number>): number {
  let best = -1;
  let bestValue = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! > bestValue) {
      bestValue = values[i]!;
      best = i;
    }
  }
  return best;
}

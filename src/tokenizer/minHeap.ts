/** A binary heap of numbers: the smallest first. */
export class MinHeap {
  readonly #items: number[] = [];

  get smallest(): number | undefined {
    return this.#items[0];
  }

  push(item: number): void {
    const items = this.#items;
    let i = items.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = items[parent] as number;
      if (above <= item) {
        break;
      }
      items[i] = above;
      i = parent;
    }
    items[i] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const smallest = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) {
      return smallest;
    }
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) {
        child++;
      }
      if (child >= items.length || (items[child] as number) >= last) {
        break;
      }
      items[i] = items[child] as number;
      i = child;
    }
    items[i] = last;
    return smallest;
  }
}

import QuickLRU from 'quick-lru';

/**
 * `compute`, which remembers its results for the texts asked for last: pieces of a document that stay while another
 * one is typed.
 * @param maxSize at least this many results are remembered, at most twice as many.
 */
export function memoized<V>(maxSize: number, compute: (text: string) => V): (text: string) => V {
  const results = new QuickLRU<string, { value: V }>({ maxSize });
  return (text) => {
    let result = results.get(text);
    if (result === undefined) results.set(text, (result = { value: compute(text) }));
    return result.value;
  };
}

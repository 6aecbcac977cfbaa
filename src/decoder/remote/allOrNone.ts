/** Runs works side by side. If one fails, the others are called off, and it is waited for their end. @throws what failed first */
export async function allOrNone<T>(
  signal: AbortSignal | undefined,
  works: readonly ((signal: AbortSignal) => Promise<T>)[],
): Promise<T[]> {
  const own = new AbortController();
  const either = signal ? AbortSignal.any([signal, own.signal]) : own.signal;
  const running = works.map((work) => work(either));
  try {
    return await Promise.all(running);
  } catch (error) {
    own.abort();
    await Promise.allSettled(running);
    throw error;
  }
}

/** Lets the event loop read messages: a cancellation among them is seen before the next computation. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Errors in words: each is told as data where it arises, and worded here, once. */

/** What an error says to its reader, in full sentences. */
export function worded(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** As `worded`, for a place that names the path already. */
export function wordedWithoutPath(message: string, path: string): string {
  const rest = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

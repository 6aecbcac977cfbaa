/** A `ModelError`'s message for a place where the path is known already: without it. */
export function withoutPath(message: string, path: string): string {
  const rest = message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

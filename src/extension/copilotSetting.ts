/**
 * Whether `github.copilot.enable` allows completions in a language: by the language's own entry, else by that of `*`.
 * Unset or unreadable, it does.
 */
export function copilotIsEnabled(enable: unknown, languageId: string): boolean {
  const entries: Record<string, unknown> = typeof enable === 'object' && enable !== null ? { ...enable } : {};
  return (entries[languageId] ?? entries['*'] ?? true) === true;
}

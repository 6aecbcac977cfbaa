/** A value that breaks the format; the message names the key and says what it must be. */
export class Invalid extends Error {
  override readonly name = 'Invalid';
}

export type Fields = Record<string, unknown>;

export function object(value: unknown, key: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw mismatch(key, 'an object', value);
  return value as Fields;
}

export function list(value: unknown, key: string): unknown[] {
  if (!Array.isArray(value)) throw mismatch(key, 'a list', value);
  return value;
}

/** @param form what the text must look like, and in words */
export function text(value: unknown, key: string, form?: { pattern: RegExp; words: string }): string {
  const words = form?.words ?? 'a text';
  if (typeof value !== 'string' || value.trim() === '' || (form && !form.pattern.test(value))) {
    throw mismatch(key, words, value);
  }
  return value;
}

export function wholeNumber(value: unknown, key: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
    throw mismatch(key, `a whole number ${range}`, value);
  }
  return value;
}

export function finiteNumber(value: unknown, key: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw mismatch(key, 'a number', value);
  return value;
}

export function trueOrFalse(value: unknown, key: string): boolean {
  if (typeof value !== 'boolean') throw mismatch(key, 'true or false', value);
  return value;
}

/** Refuses keys beyond the known ones: a misspelt key would be ignored otherwise. */
export function only(fields: Fields, known: readonly string[], key: string): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Invalid(`${key}: "${unknown}" is not a key; there are ${known.join(', ')}.`);
}

function mismatch(key: string, wanted: string, value: unknown): Invalid {
  const shown = value === undefined ? 'missing' : JSON.stringify(value);
  return new Invalid(`${key} must be ${wanted}; it is ${shown.length > 60 ? `${shown.slice(0, 57)}...` : shown}.`);
}

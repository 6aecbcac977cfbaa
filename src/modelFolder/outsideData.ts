import * as v from 'valibot';
import { phrase, type Phrase } from './phrase';

/*
 * Data that was written elsewhere is read once, by a schema. What is wrong with it is told as a phrase; valibot's messages
 * are strings, so phrases pass through them as JSON.
 */

/** A value, or what is wrong with it: continues a sentence that begins with the name of the file. */
export type Reading<T> = { ok: true; value: T } | { ok: false; problem: Phrase };

/** Longest part of a wrong value that is shown. */
const SHOWN_LENGTH = 60;

/** Message of a schema: what a value must be. */
export function must(be: Phrase): string {
  return JSON.stringify({ must: be });
}

/** Message of a schema: what is wrong with a value, as a whole sentence. */
function says(problem: Phrase): string {
  return JSON.stringify({ says: problem });
}

/** Parses JSON and reads its value. */
export function readJsonAs<S extends v.GenericSchema>(schema: S, json: string): Reading<v.InferOutput<S>> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    return { ok: false, problem: phrase`is not valid JSON (${(error as Error).message}).` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, problem: phrase`is not a JSON object.` };
  }
  const result = v.safeParse(schema, value, { abortEarly: true });
  return result.success ? { ok: true, value: result.output } : { ok: false, problem: problemOf(result.issues[0]) };
}

function problemOf({ path, input, message }: v.BaseIssue<unknown>): Phrase {
  const key = keyOf(path ?? []);
  if (input === undefined) return phrase`"${key}" is missing.`;
  const said = saidIn(message);
  if ('says' in said) return key === '' ? said.says : phrase`"${key}": ${said.says}`;
  const shown = JSON.stringify(input);
  const start = shown.length > SHOWN_LENGTH ? `${shown.slice(0, SHOWN_LENGTH - 3)}...` : shown;
  return phrase`"${key}" must be ${said.must}, not ${start}.`;
}

function saidIn(message: string): { must: Phrase } | { says: Phrase } {
  try {
    return JSON.parse(message) as { must: Phrase } | { says: Phrase };
  } catch {
    // A schema's own message, which is plain English.
    return { says: phrase`${message}.` };
  }
}

/** `models[0].architecture.layers` */
function keyOf(path: readonly v.IssuePathItem[]): string {
  return path.reduce((all, { key }) => {
    if (typeof key === 'number') return `${all}[${key}]`;
    return all === '' ? String(key) : `${all}.${String(key)}`;
  }, '');
}

/** What is wrong with a value, as a whole sentence, and the key inside the value. */
export interface Problem {
  at?: readonly (string | number)[];
  problem: Phrase;
}

/**
 * What a schema alone can't say of a value, such as how two of its parts belong together.
 * @param find what is wrong, as a whole sentence, and the key inside the value; undefined if nothing is
 */
export function rule<T>(find: (value: T) => Problem | undefined) {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const found = find(dataset.value);
    if (!found) return;
    const at = (found.at ?? []).map((key) => ({
      type: 'unknown',
      origin: 'value',
      input: dataset.value,
      key,
      value: null,
    }));
    addIssue({
      message: says(found.problem),
      ...(isPath(at) && { path: at }),
    });
  });
}

function isPath(at: v.UnknownPathItem[] | unknown[]): at is [v.UnknownPathItem, ...v.UnknownPathItem[]] {
  return at.length > 0;
}

export const flag = v.boolean(must(phrase`true or false`));

export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  const message = must(
    most === Number.MAX_SAFE_INTEGER
      ? phrase`a whole number of at least ${least}`
      : phrase`a whole number from ${least} to ${most}`,
  );
  return v.pipe(v.number(message), v.safeInteger(message), v.minValue(least, message), v.maxValue(most, message));
}

/** Text that isn't blank. @param form a pattern that it must match, and the pattern in words */
export function text(
  form: { pattern: RegExp; words: Phrase } = { pattern: /\S/, words: phrase`text that is not blank` },
) {
  const message = must(form.words);
  return v.pipe(v.string(message), v.regex(form.pattern, message));
}

export function oneOf<const T extends string>(values: readonly T[]) {
  return v.picklist(values, must(phrase`one of ${values.join(', ')}`));
}

export function listOf<S extends v.GenericSchema>(item: S) {
  return v.array(item, must(phrase`a list`));
}

/** An object; keys that are not known are left out. */
export function objectOf<E extends v.ObjectEntries>(entries: E) {
  return v.object(entries, must(phrase`an object`));
}

/** An object without any other key, for `v.variant`; see `exactly`. */
export function strict<E extends v.ObjectEntries>(entries: E) {
  return v.strictObject(entries, ({ expected }) =>
    expected === 'never' ? says(unknownKey(entries)) : must(phrase`an object`),
  );
}

/** An object without any other key: a misspelt one would be ignored otherwise, and is told before one that is missing. */
export function exactly<E extends v.ObjectEntries>(entries: E) {
  return v.pipe(
    v.looseObject({}, must(phrase`an object`)),
    rule((value) => {
      const unknown = Object.keys(value).find((key) => !Object.hasOwn(entries, key));
      return unknown === undefined ? undefined : { at: [unknown], problem: unknownKey(entries) };
    }),
    strict(entries),
  );
}

function unknownKey(entries: v.ObjectEntries): Phrase {
  return phrase`Unknown key. Known keys: ${Object.keys(entries).join(', ')}.`;
}

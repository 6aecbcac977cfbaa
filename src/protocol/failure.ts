/** A sentence for a person, as data; the form of `Phrase` in `src/modelFolder`. */
export interface FailurePhrase {
  /** English, with `{0}`, `{1}` … in place of the arguments. */
  text: string;
  /** A phrase among them is worded first. */
  args: readonly (string | number | FailurePhrase)[];
}

/**
 * What went wrong, as data: `ResponseError.data` of every request that fails for a reason that its caller or a person can
 * do something about. It is worded where it is shown; decisions go by `code`.
 */
export interface Failure {
  code: string;
  /** The file or folder at fault. */
  path?: string;
  problem?: FailurePhrase;
  /** What to do about it. */
  remedy?: FailurePhrase;
  details?: Readonly<Record<string, string | number>>;
}

/** The data of an error that came over the wire; undefined for any other. */
export function failureOf(error: unknown): Failure | undefined {
  const data = (error as { data?: unknown } | null | undefined)?.data;
  const { code } = (data ?? {}) as Partial<Failure>;
  return typeof code === 'string' ? (data as Failure) : undefined;
}

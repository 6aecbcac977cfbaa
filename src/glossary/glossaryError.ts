/**
 * `unreadable`: there is no such file, or it can't be read; `notAGlossary`: another kind of file; `version`: made for
 * another release; `damaged`: a checksum or a length is wrong.
 */
export type GlossaryErrorCode = 'unreadable' | 'notAGlossary' | 'version' | 'damaged';

/** The glossary's file can't be used. The words are for logs; whoever shows an error words it by `code`. */
export class GlossaryError extends Error {
  override readonly name = 'GlossaryError';

  constructor(
    readonly code: GlossaryErrorCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`glossary: ${detail}`, options);
  }
}

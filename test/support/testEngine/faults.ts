/** What goes wrong with a request; several may hold. */
export interface Fault {
  /** Answers with this status instead. */
  status?: number;
  headers?: Record<string, string>;
  /** The body of such an answer, or of any. */
  body?: string;
  /** Ends the connection behind so many tokens. */
  cutAfter?: number;
  /** Reports an error inside a stream behind so many tokens. */
  errorAfter?: number;
  /** Sends nothing, and doesn't end, behind so many tokens. */
  silentAfter?: number;
  /** Waits before each token, milliseconds. */
  slowMs?: number;
  /** Fields of the request that count for nothing. */
  ignores?: readonly string[];
  /** Tells each token under another id. */
  renames?: (id: number) => number;
  /** Changes what a stream sends. */
  rewrites?: (event: string) => string;
}

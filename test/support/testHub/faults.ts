/** A request as the test Hub understands it. */
export interface HubRequest {
  /**
   * `api`: metadata; `redirect`: the stable address of a file in large-file storage; `content`: an
   * address that sends a file's bytes.
   */
  kind: 'api' | 'redirect' | 'content';
  method: string;
  url: string;
  /** Name of the file; for `api` the path after `/api/models/`. */
  path: string;
  /** First byte asked for. */
  start: number;
  headers: Record<string, string | string[] | undefined>;
}

/** What goes wrong with one request. */
export type Fault =
  /** The connection ends after so many bytes of the body. */
  | { kind: 'drop'; afterBytes: number }
  /** The byte at this offset of the file is another one, where the request covers it. */
  | { kind: 'flip'; atByte: number }
  /**
   * The file is cut to its first `bytes`. `announced`: how the answer states its length: that of what is
   * sent, that of the whole file, or not at all.
   */
  | { kind: 'truncate'; bytes: number; announced: 'sent' | 'whole' | 'nothing' }
  /** Bytes follow after the file's end. */
  | { kind: 'lengthen'; bytes: number }
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  /** Nothing comes any more after so many bytes of the body; `-1`: not even headers. */
  | { kind: 'stall'; afterBytes: number }
  | { kind: 'slow'; bytesPerSecond: number }
  | { kind: 'ignoreRange' }
  /** A part of the file that nobody asked for, as a confused cache sends it. */
  | { kind: 'otherRange'; start: number }
  /** The redirect leads to an address that has expired. */
  | { kind: 'expiredRedirect' }
  /** Compressed, though the client asked for the plain file. */
  | { kind: 'gzip' }
  /** A network's login page, with status 200. */
  | { kind: 'portal' };

/** Decides each request's fate. */
export type FaultPlan = (request: HubRequest) => Fault | undefined;

/** A plan that spoils the first so many requests that match. */
export function once(
  fault: Fault,
  matches: (request: HubRequest) => boolean = ({ kind }) => kind === 'content',
  times = 1,
): FaultPlan {
  let left = times;
  return (request) => {
    if (left === 0 || !matches(request)) return undefined;
    left--;
    return fault;
  };
}

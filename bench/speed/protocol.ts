/** What the bench and the process of a system say to each other: a JSON object a line, one answer to a request. */
export type Request =
  | ({ op: 'load'; threads: number } & Record<string, unknown>)
  /** Reads a prompt into an empty cache. */
  | { op: 'prefill'; ids: number[] }
  /** Brings the cache to the tokens `ids`, then reads `next` token by token, choosing the likeliest each time. */
  | { op: 'decode'; ids: number[]; next: number[] }
  /** One token behind `context` others, in a cache with memory for `capacity`; `repeats` times. */
  | { op: 'capacity'; context: number; capacity: number; repeats: number }
  /** Bytes a second that streaming reads reach. */
  | { op: 'bandwidth' }
  | { op: 'memory' }
  | { op: 'quit' };

/** Facts about a loaded model; a process reports those it knows. */
export interface Facts {
  version?: string;
  /** Bytes of weights read for one token. */
  weightBytes?: number;
  /** Bytes of keys and values per token of context. */
  cacheBytesPerToken?: number;
  note?: string;
}

/** Milliseconds until a prompt's last logits are there. */
export interface PrefillAnswer {
  ms: number;
}

/** Milliseconds of each token. */
export interface DecodeAnswer {
  ms: number[];
}

export interface BandwidthAnswer {
  /** Of the fastest loop. */
  bytesPerSecond: number;
  loop: string;
}

export interface MemoryAnswer {
  /** VmHWM; null where the system has no /proc. */
  peakBytes: number | null;
}

/** Numbers a system works on; the same ones for every system. */
export const promptIds = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? 2 : 300 + ((i * 7919 + seed * 104_729) % 40_000)));

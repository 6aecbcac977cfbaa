import { open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import type { ExpectedFile } from '../../protocol/installer';
import { asModelError } from '../../modelFolder/modelError';
import { Backoff, type Patience, type Sleep } from './backoff';
import { isExpected } from './expectedContent';
import { connectionFailure, htmlFailure, isHtml, stallFailure, statusFailure } from './failures';
import { HubError } from './hubError';
import { Stalled, StallGuard } from './stallGuard';
import { phrase, type Phrase } from '../../modelFolder/phrase';

/** Up to this size a file is hashed here; hashing a larger one is the installer process's work. */
export const VERIFIED_BYTES = 16 * 1024 * 1024;

export interface TransferTools {
  /** In VS Code the extension host's, which goes through its proxy and certificate settings. */
  fetch: typeof fetch;
  /** Whether a token goes along to the Hub's own server. */
  hasToken: boolean;
  sleep: Sleep;
  /** In [0, 1). */
  random: () => number;
  patience: Patience;
  /** A connection on which nothing comes for so long is given up. */
  stallMs: number;
}

export interface FileRequest {
  /** Address that stays valid; it may redirect to one that expires. */
  url: string;
  file: ExpectedFile;
  /** Where the file goes; until it is whole, its bytes are in `path` + `.part`. */
  path: string;
  /** Told of the bytes on disk, at first and as they come. */
  onBytes: (done: number) => void;
}

/**
 * Fetches a file, going on where an earlier try has stopped, and trying again by itself as long as that
 * may help. What makes the content right is the expected hash, not the server's ETag: files up to
 * `VERIFIED_BYTES` are checked here, of larger ones only the length. Where no hash is expected, a part goes on only with
 * the same version of the file, by its ETag or date.
 * @throws HubError; ModelError if the disk is full or the file can't be written; the signal's reason if
 *   it aborts. The bytes fetched so far stay for the next try.
 */
export async function fetchFile(request: FileRequest, tools: TransferTools, signal?: AbortSignal): Promise<void> {
  const { file, path, onBytes } = request;
  const small = file.bytes <= VERIFIED_BYTES;
  const isRight = async (at: string): Promise<boolean> => !small || isExpected(at, file, signal);

  if ((await sizeOf(path)) === file.bytes && (await isRight(path))) {
    onBytes(file.bytes);
    return;
  }
  const part = `${path}.part`;
  for (let wrong = 0; ;) {
    await fetchPart(request, part, tools, signal);
    if (await isRight(part)) break;
    // The bytes may stem from an earlier try, a proxy's cache or a failing disk: once more from the start.
    await rm(part, { force: true });
    if (++wrong === 2) {
      throw new HubError(
        request.url,
        phrase`the content is not the published one: its ${file.hash!.algorithm} differs`,
        [phrase`A proxy or mirror may be changing it: try another network, or check the setting biogpt.hub.endpoint.`],
      );
    }
  }
  await rm(versionFile(part), { force: true });
  await rename(part, path).catch((error: unknown) => {
    throw asModelError(path, error);
  });
}

/** Fills the part until it has the file's length. */
async function fetchPart(
  request: FileRequest,
  part: string,
  tools: TransferTools,
  signal?: AbortSignal,
): Promise<void> {
  const { file, onBytes } = request;
  const handle = await open(part, 'a').catch((error: unknown) => {
    throw asModelError(part, error);
  });
  try {
    const backoff = new Backoff(tools.patience, tools);
    const transfer = new Transfer(request, part, handle, tools, signal);
    if (file.hash === undefined) await transfer.recallVersion();
    for (;;) {
      let start = (await handle.stat()).size;
      if (start > file.bytes) {
        await handle.truncate(0);
        start = 0;
      }
      onBytes(start);
      signal?.throwIfAborted();
      if (start === file.bytes) break;
      try {
        await transfer.run(start);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof HubError && error.retryable)) throw error;
        if ((await handle.stat()).size > start) backoff.progress();
        if (!(await backoff.wait(error.retryAfterMs, signal))) throw error;
      }
    }
    // A file that has its name must have its content too, after a power failure as well.
    await handle.datasync().catch((error: unknown) => {
      throw asModelError(part, error);
    });
  } finally {
    await handle.close();
  }
}

/** What the answers to a file's requests have taught, and one request after the other. */
class Transfer {
  /** The server's ranges can't be relied on: ask for the whole, skip what is there. */
  private rangesFail = false;
  private rangesRefused = 0;
  /** Of the file that the part is of, where no hash can tell it; undefined where the server has no word for it. */
  private version: string | undefined;

  constructor(
    private readonly request: FileRequest,
    private readonly part: string,
    private readonly handle: FileHandle,
    private readonly tools: TransferTools,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /**
   * One request, from the byte that is missing first.
   * @throws HubError if the connection or the server fails; ModelError
   */
  async run(start: number): Promise<void> {
    const { url, file } = this.request;
    const guard = new StallGuard(this.tools.stallMs, this.signal);
    const ask = start > 0 && !this.rangesFail;
    const response = await this.network(guard, () =>
      this.tools.fetch(url, {
        // Lengths and ranges are those of the file, not of a compressed form of it.
        headers: { 'accept-encoding': 'identity', ...(ask && { range: `bytes=${start}-` }) },
        redirect: 'follow',
        signal: guard.signal,
      }),
    );
    const body = response.body?.getReader();
    try {
      const skip = await this.judge(response, start);
      if (file.hash === undefined) await this.compareVersion(response, start);
      if (body !== undefined) await this.receive(body, guard, start, skip);
    } finally {
      // Frees the connection of a body that was not read to its end; a broken one may say so.
      await body?.cancel().catch(() => undefined);
    }
    if ((await this.handle.stat()).size < file.bytes) throw this.broken(phrase`the file ended early`);
  }

  /**
   * Whether an answer can be what was asked for.
   * @returns how many bytes of its body are on disk already
   * @throws HubError if not
   */
  private async judge(response: Response, start: number): Promise<number> {
    const { url, file } = this.request;
    const { status, headers } = response;
    if (status === 416) {
      // Once may be a hiccup of one server among many; twice, and what is on disk is doubtful.
      if (++this.rangesRefused > 1) await this.handle.truncate(0);
      throw this.broken(phrase`the server cannot continue the download from byte ${start}`);
    }
    if (!response.ok) throw statusFailure(url, response, this.tools.hasToken);
    if (isHtml(headers)) throw htmlFailure(url);
    const encoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
    if (status === 206) {
      const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
      if (encoded || Number(from) !== start) {
        this.rangesFail = true;
        throw this.broken(phrase`the server sent a different part of the file than the one requested`);
      }
      if (total !== '*' && Number(total) !== file.bytes) throw this.otherLength(total!);
      return 0;
    }
    const length = headers.get('content-length');
    if (!encoded && length !== null && Number(length) !== file.bytes) throw this.otherLength(length);
    return start;
  }

  /** What an earlier try has left goes on only if it is known of what it is a part. */
  async recallVersion(): Promise<void> {
    this.version = await readFile(versionFile(this.part), 'utf8').catch(() => undefined);
    if (this.version === undefined) await this.handle.truncate(0);
  }

  /** @throws HubError if the part is of another version of the file; the part is gone then */
  private async compareVersion({ headers }: Response, start: number): Promise<void> {
    const version = headers.get('etag') ?? headers.get('last-modified') ?? undefined;
    if (start > 0 && this.version !== version) {
      await this.handle.truncate(0);
      throw this.broken(phrase`the file has changed on the server since the download began`);
    }
    if (start > 0) return;
    this.version = version;
    if (version === undefined) await rm(versionFile(this.part), { force: true });
    else await writeFile(versionFile(this.part), version);
  }

  /** Writes a body behind what is on disk. */
  private async receive(
    body: ReadableStreamDefaultReader<Uint8Array>,
    guard: StallGuard,
    start: number,
    skip: number,
  ): Promise<void> {
    const { file, onBytes } = this.request;
    let size = start;
    for (;;) {
      const { done, value } = await this.network(guard, () => body.read());
      if (done) return;
      const skipped = Math.min(skip, value.length);
      skip -= skipped;
      const fresh = value.subarray(skipped);
      if (fresh.length === 0) continue;
      if (size + fresh.length > file.bytes) {
        await this.handle.truncate(0);
        throw this.broken(phrase`more data arrived than the ${file.bytes} bytes that the Hub lists`);
      }
      await this.write(fresh);
      size += fresh.length;
      onBytes(size);
    }
  }

  private async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await this.handle.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    } catch (error) {
      throw asModelError(this.part, error);
    }
  }

  private async network<T>(guard: StallGuard, wait: () => Promise<T>): Promise<T> {
    try {
      return await guard.watch(wait);
    } catch (error) {
      this.signal?.throwIfAborted();
      if (guard.signal.reason instanceof Stalled) throw stallFailure(this.request.url, this.tools.stallMs);
      throw connectionFailure(this.request.url, error);
    }
  }

  private broken(problem: Phrase): HubError {
    return new HubError(this.request.url, problem, [phrase`Try again later: what was downloaded so far is kept.`], {
      retryable: true,
    });
  }

  private otherLength(length: string): HubError {
    return new HubError(
      this.request.url,
      phrase`the server offers ${length} bytes where the Hub lists ${this.request.file.bytes}`,
      [phrase`Try again later, or check the setting biogpt.hub.endpoint: a mirror may be outdated.`],
      { retryable: true },
    );
  }
}

/** Where the version of the file that a part is of is kept. */
function versionFile(part: string): string {
  return `${part}.version`;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

import { createHmac, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Fault, FaultPlan, HubRequest } from './faults';
import { readCommit, type Commit, type HubFile } from './repository';

export interface TestHubOptions {
  /** Entries per page of a listing. */
  pageSize?: number;
  /** How long the address that a redirect leads to is good for. */
  signedForMs?: number;
  /** Of each connection. */
  bytesPerSecond?: number;
  /**
   * Bytes of a file that its client has stored: the server goes ahead of them by no more than `window`, as
   * on a network with little room. (A loopback connection holds megabytes, which are lost with the client.)
   */
  stored?: { bytes: (path: string) => number; window: number };
  /** Fixed port; default: any. */
  port?: number;
}

/** What became of a request. */
export interface ServedRequest extends HubRequest {
  status: number;
  /** Bytes of the body that the connection has taken. */
  bytesSent: number;
  fault?: Fault;
}

const CHUNK_BYTES = 64 * 1024;
const PORTAL = '<!doctype html><html><body>Log in to use this network.</body></html>';

/**
 * A local server that speaks the Hub's file protocol for folders on disk: model information, listings in
 * pages, and files with HEAD, ranges and ETags, large ones behind a redirect to a signed address that
 * expires. Faults come by plan.
 */
export class TestHub {
  /** Spoils requests; assign anew at any time. */
  plan: FaultPlan = () => undefined;
  readonly requests: ServedRequest[] = [];

  private readonly repositories = new Map<string, Commit[]>();
  private readonly secret = randomBytes(16);

  private constructor(
    private readonly server: Server,
    private readonly options: TestHubOptions,
  ) {
    server.on('request', (request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(options: TestHubOptions = {}): Promise<TestHub> {
    const server = createServer({ keepAliveTimeout: 1000 });
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    return new TestHub(server, options);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /**
   * Makes a folder's present content the latest commit of a repository.
   * @param repo `owner/name`
   * @returns the commit
   */
  async publish(repo: string, folder: string): Promise<string> {
    const commit = await readCommit(folder);
    const older = (this.repositories.get(repo) ?? []).filter(({ id }) => id !== commit.id);
    this.repositories.set(repo, [commit, ...older]);
    return commit.id;
  }

  /** Bytes of a file's content sent in all requests, or in those that match. */
  bytesSent(path: string, matches: (request: ServedRequest) => boolean = () => true): number {
    return this.requests
      .filter((request) => request.kind === 'content' && request.path === path && matches(request))
      .reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, this.url);
    const path = decodeURIComponent(url.pathname);
    const api = /^\/api\/models\/(.+?)\/(revision|tree|commits)\/(.+)$/.exec(path);
    if (api) return this.api(request, response, url, api[1]!, api[2]!, api[3]!);
    const resolve = /^\/(.+?)\/resolve\/(.+)\/([^/]+)$/.exec(path);
    if (resolve) return this.resolve(request, response, resolve[1]!, resolve[2]!, resolve[3]!);
    const cdn = /^\/cdn\/([0-9a-f]{64})$/.exec(path);
    if (cdn) return this.cdn(request, response, url, cdn[1]!);
    return this.refuse(this.note(request, 'api', path), response, 404, 'text/html', '<html>Not found</html>');
  }

  private async api(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    repo: string,
    what: string,
    revision: string,
  ): Promise<void> {
    const served = this.note(request, 'api', `${repo}/${what}/${revision}`);
    if (await this.spoil(served, response)) return;
    // As the Hub answers whoever has not logged in, so that private names stay private.
    if (!this.repositories.has(repo))
      return this.refuse(served, response, 401, 'RepoNotFound', 'Invalid username or password.');
    const commit = this.commit(repo, revision);
    if (!commit) return this.refuse(served, response, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`);

    if (what === 'revision') return this.json(served, response, await modelInfo(repo, commit));
    if (what === 'commits') {
      const commits = this.repositories.get(repo)!;
      const from = commits.indexOf(commit);
      return this.json(
        served,
        response,
        commits
          .slice(from)
          .map(({ id }) => ({ id, title: 'Commit', message: '', authors: [], date: new Date(0).toISOString() })),
      );
    }
    const entries = [...commit.files.values()].map(({ path, bytes, oid, sha256, pointerBytes }) => ({
      type: 'file',
      oid,
      size: bytes,
      path,
      ...(sha256 !== undefined && { lfs: { oid: sha256, size: bytes, pointerSize: pointerBytes } }),
    }));
    const first = Number(url.searchParams.get('cursor') ?? 0);
    const next = first + (this.options.pageSize ?? 1000);
    if (next < entries.length) {
      url.searchParams.set('cursor', String(next));
      response.setHeader('Link', `<${url.href}>; rel="next"`);
    }
    return this.json(served, response, entries.slice(first, next));
  }

  private async resolve(
    request: IncomingMessage,
    response: ServerResponse,
    repo: string,
    revision: string,
    path: string,
  ): Promise<void> {
    const commit = this.commit(repo, revision);
    const file = commit?.files.get(path);
    const served = this.note(request, file?.sha256 === undefined ? 'content' : 'redirect', path);
    if (served.kind === 'redirect' && (await this.spoil(served, response))) return;
    if (!this.repositories.has(repo))
      return this.refuse(served, response, 401, 'RepoNotFound', 'Invalid username or password.');
    if (!commit) return this.refuse(served, response, 404, 'RevisionNotFound', `Invalid rev id: ${revision}`);
    if (!file) return this.refuse(served, response, 404, 'EntryNotFound', 'Entry not found');

    response.setHeader('X-Repo-Commit', commit.id);
    response.setHeader('Accept-Ranges', 'bytes');
    if (file.sha256 === undefined) return this.content(served, request, response, file, file.oid);
    const expires =
      served.fault?.kind === 'expiredRedirect' ? Date.now() - 1000 : Date.now() + (this.options.signedForMs ?? 60_000);
    response.writeHead(302, {
      Location: `/cdn/${file.sha256}?expires=${expires}&signature=${this.sign(file.sha256, expires)}`,
      'X-Linked-Size': file.bytes,
      'X-Linked-Etag': `"${file.sha256}"`,
    });
    served.status = 302;
    response.end();
  }

  private async cdn(request: IncomingMessage, response: ServerResponse, url: URL, sha256: string): Promise<void> {
    const commits = [...this.repositories.values()].flat();
    const file = commits.flatMap(({ files }) => [...files.values()]).find((each) => each.sha256 === sha256);
    const served = this.note(request, 'content', file?.path ?? sha256);
    const expires = Number(url.searchParams.get('expires'));
    if (url.searchParams.get('signature') !== this.sign(sha256, expires) || expires < Date.now()) {
      return this.refuse(served, response, 403, 'application/xml', '<Error><Code>AccessDenied</Code></Error>');
    }
    if (!file) return this.refuse(served, response, 404, 'application/xml', '<Error><Code>NoSuchKey</Code></Error>');
    return this.content(served, request, response, file, sha256);
  }

  /** Sends a file, or the part of it that is asked for. */
  private async content(
    served: ServedRequest,
    request: IncomingMessage,
    response: ServerResponse,
    file: HubFile,
    etag: string,
  ): Promise<void> {
    if (await this.spoil(served, response)) return;
    const { fault } = served;
    const range = rangeOf(request, file.bytes, `"${etag}"`);
    const headers: Record<string, string | number> = {
      'Content-Type': 'application/octet-stream',
      ETag: `"${etag}"`,
      'Accept-Ranges': 'bytes',
    };
    if (range === 'unsatisfiable') {
      served.status = 416;
      response.writeHead(416, { 'Content-Range': `bytes */${file.bytes}` }).end();
      return;
    }
    const partial = range !== undefined && fault?.kind !== 'ignoreRange';
    let [start, end] = partial ? range : [0, file.bytes];
    if (fault?.kind === 'otherRange') start = fault.start;
    if (fault?.kind === 'truncate') end = Math.max(start, Math.min(end, fault.bytes));
    if (partial)
      headers['Content-Range'] =
        `bytes ${start}-${end - 1}/${fault?.kind === 'truncate' && fault.announced === 'sent' ? end : file.bytes}`;
    if (fault?.kind === 'truncate' && fault.announced === 'whole')
      headers['Content-Length'] = (partial ? range[1] : file.bytes) - start;
    else if (fault?.kind !== 'lengthen' && !(fault?.kind === 'truncate' && fault.announced === 'nothing'))
      headers['Content-Length'] = end - start;
    served.status = partial ? 206 : 200;

    if (fault?.kind === 'gzip') {
      const body = gzipSync(await slice(file, start, end));
      response.writeHead(served.status, { ...headers, 'Content-Encoding': 'gzip', 'Content-Length': body.length });
      served.bytesSent = body.length;
      response.end(body);
      return;
    }
    response.writeHead(served.status, headers);
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.flushHeaders();
    await this.sendBytes(served, response, file, start, end);
  }

  /** The body itself, at the connection's pace. */
  private async sendBytes(
    served: ServedRequest,
    response: ServerResponse,
    file: HubFile,
    start: number,
    end: number,
  ): Promise<void> {
    const { fault } = served;
    const stopAfter = fault?.kind === 'drop' || fault?.kind === 'stall' ? fault.afterBytes : Infinity;
    let next = performance.now();
    const handle = await open(file.source, 'r');
    try {
      for (let at = start; at < end;) {
        const budget = stopAfter - served.bytesSent;
        if (budget <= 0) break;
        // Read anew: a test may change the pace of a connection that is open.
        const rate = fault?.kind === 'slow' ? fault.bytesPerSecond : this.options.bytesPerSecond;
        // Twenty pieces a second or more: a slow connection still looks like one.
        const piece = rate === undefined ? CHUNK_BYTES : Math.max(1, Math.min(CHUNK_BYTES, Math.round(rate / 20)));
        if (!(await this.hasRoom(response, file.path, at))) return;
        const buffer = Buffer.alloc(Math.min(piece, end - at, budget));
        await handle.read(buffer, 0, buffer.length, at);
        if (fault?.kind === 'flip' && fault.atByte >= at && fault.atByte < at + buffer.length)
          buffer[fault.atByte - at]! ^= 0x40;
        if (!(await send(response, buffer))) return;
        served.bytesSent += buffer.length;
        at += buffer.length;
        if (rate === undefined) continue;
        // A late piece is not made up for: a burst would only fill the connection's buffers.
        next = Math.max(next, performance.now()) + (1000 * buffer.length) / rate;
        await delay(next - performance.now());
      }
      if (fault?.kind === 'lengthen') await send(response, Buffer.alloc(fault.bytes));
    } finally {
      await handle.close();
    }
    if (fault?.kind === 'drop') {
      response.destroy();
    } else if (fault?.kind === 'truncate' && fault.announced === 'whole') {
      response.destroy();
    } else if (fault?.kind !== 'stall') {
      response.end();
    }
  }

  /** Waits until a client may be sent what follows. @returns false if it goes away */
  private async hasRoom(response: ServerResponse, path: string, at: number): Promise<boolean> {
    const { stored } = this.options;
    while (stored !== undefined && at - stored.bytes(path) >= stored.window) {
      if (response.destroyed) return false;
      await delay(1);
    }
    return true;
  }

  /** Carries out the faults that are no matter of the content. @returns whether the request is done with */
  private async spoil(served: ServedRequest, response: ServerResponse): Promise<boolean> {
    const fault = this.plan(served);
    if (fault === undefined) return false;
    served.fault = fault;
    if (fault.kind === 'status') {
      served.status = fault.status;
      response.writeHead(fault.status, fault.headers).end(fault.body);
      return true;
    }
    if (fault.kind === 'portal') {
      served.status = 200;
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(PORTAL);
      return true;
    }
    if (fault.kind === 'stall' && fault.afterBytes < 0) return true;
    if (fault.kind === 'drop' && (fault.afterBytes <= 0 || served.kind !== 'content')) {
      response.destroy();
      return true;
    }
    return false;
  }

  private commit(repo: string, revision: string): Commit | undefined {
    const commits = this.repositories.get(repo) ?? [];
    return revision === 'main' || revision === 'HEAD' ? commits[0] : commits.find(({ id }) => id === revision);
  }

  private sign(sha256: string, expires: number): string {
    return createHmac('sha256', this.secret).update(`${sha256} ${expires}`).digest('hex').slice(0, 16);
  }

  private note(request: IncomingMessage, kind: HubRequest['kind'], path: string): ServedRequest {
    const { method = 'GET', url = '', headers } = request;
    const start = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0);
    const served: ServedRequest = { kind, method, url, path, start, headers, status: 0, bytesSent: 0 };
    this.requests.push(served);
    return served;
  }

  private json(served: ServedRequest, response: ServerResponse, value: unknown): void {
    served.status = 200;
    response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
  }

  private refuse(served: ServedRequest, response: ServerResponse, status: number, what: string, message: string): void {
    served.status = status;
    const isType = what.includes('/');
    response.writeHead(status, {
      'Content-Type': isType ? what : 'application/json',
      ...(!isType && { 'X-Error-Code': what, 'X-Error-Message': message }),
    });
    response.end(isType ? message : JSON.stringify({ error: message }));
  }
}

async function modelInfo(repo: string, { id, files }: Commit): Promise<object> {
  const config = files.get('config.json');
  const parsed =
    config === undefined
      ? {}
      : (JSON.parse((await slice(config, 0, config.bytes)).toString()) as { model_type?: string });
  return {
    _id: id.slice(0, 24),
    id: repo,
    sha: id,
    private: false,
    gated: false,
    pipeline_tag: 'text-generation',
    downloads: 0,
    likes: 0,
    lastModified: new Date(0).toISOString(),
    config: { model_type: parsed.model_type },
    siblings: [...files.keys()].map((rfilename) => ({ rfilename })),
  };
}

async function slice({ source }: HubFile, start: number, end: number): Promise<Buffer> {
  const handle = await open(source, 'r');
  try {
    const buffer = Buffer.alloc(end - start);
    await handle.read(buffer, 0, buffer.length, start);
    return buffer;
  } finally {
    await handle.close();
  }
}

/** The range asked for, its end exclusive; undefined for the whole file. */
function rangeOf(
  { headers }: IncomingMessage,
  bytes: number,
  etag: string,
): [number, number] | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '');
  if (!match || (headers['if-range'] !== undefined && headers['if-range'] !== etag)) return undefined;
  const start = Number(match[1]);
  const end = match[2] === '' ? bytes : Math.min(Number(match[2]) + 1, bytes);
  return start >= bytes || end <= start ? 'unsatisfiable' : [start, end];
}

/** Writes when the connection has room. @returns whether it still stands */
async function send(response: ServerResponse, bytes: Buffer): Promise<boolean> {
  if (response.destroyed) return false;
  return new Promise((resolve) => {
    const gone = (): void => resolve(false);
    response.once('close', gone);
    response.write(bytes, (error) => {
      response.off('close', gone);
      resolve(!error);
    });
  });
}

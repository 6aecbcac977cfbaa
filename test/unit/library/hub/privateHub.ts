import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const COMMIT = 'c'.repeat(40);

/** How a server differs from the Hub. Each is a habit of Artifactory, Nexus, a mirror, or a plain file server. */
export interface Habits {
  prefix?: string;
  /** Answer to calls of the API that are not known, and whether model information is. */
  unknown?: (response: ServerResponse) => void;
  info?: 'plain' | 'none' | 'noSha' | 'blobs';
  tree?: 'none' | 'noHash' | 'foreignLinks';
  head?: 'yes' | 'refused' | 'zeroLength';
  ranges?: boolean;
  lengths?: boolean;
  /** Headers of each file. */
  headers?: (content: Buffer, name: string) => Record<string, string>;
  /** Where content is sent to; HEAD is refused there, as by signed addresses. */
  contentServer?: string;
  /** Token without which nothing is answered. */
  token?: string;
}

export interface Asked {
  method: string;
  url: string;
  authorization: string | undefined;
}

/** A server with one repository, `lab/model`, in memory. */
export class PrivateHub {
  readonly asked: Asked[] = [];
  private constructor(
    private readonly server: Server,
    readonly files: Map<string, Buffer>,
    readonly habits: Habits,
  ) {
    server.on('request', (request, response) => this.serve(request, response));
  }

  static async start(files: Record<string, string | Buffer>, habits: Habits = {}): Promise<PrivateHub> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const contents = new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content as string)]));
    return new PrivateHub(server, contents, habits);
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get endpoint(): string {
    return this.origin + (this.habits.prefix ?? '');
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const { prefix = '', token, unknown = notFound, info = 'plain', tree, contentServer } = this.habits;
    const { method = 'GET', headers } = request;
    this.asked.push({ method, url: request.url!, authorization: headers.authorization });
    if (token !== undefined && headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end();
      return;
    }
    const url = new URL(request.url!, this.origin);
    if (!url.pathname.startsWith(prefix)) return notFound(response);
    const path = decodeURIComponent(url.pathname.slice(prefix.length));
    const names = [...this.files.keys()];
    if (/^\/api\/models\/lab\/model\/revision\//.test(path) && info !== 'none') {
      if (url.search !== '' && info !== 'blobs') return unknown(response);
      const siblings = names.map((rfilename) => ({
        rfilename,
        ...(url.search === '?blobs=true' && {
          size: this.files.get(rfilename)!.length,
          blobId: gitId(this.files.get(rfilename)!),
        }),
      }));
      return json(response, { id: 'lab/model', ...(info !== 'noSha' && { sha: COMMIT }), siblings });
    }
    if (/^\/api\/models\/lab\/model\/tree\//.test(path) && tree !== undefined && tree !== 'none') {
      const page = Number(url.searchParams.get('cursor') ?? 0);
      if (tree === 'foreignLinks' && page + 1 < names.length) {
        response.setHeader(
          'Link',
          `<https://hub.invalid/api/models/lab/model/tree/main?cursor=${page + 1}>; rel="next"`,
        );
      }
      const shown = tree === 'foreignLinks' ? names.slice(page, page + 1) : names;
      return json(
        response,
        shown.map((name) => ({
          type: 'file',
          path: name,
          size: this.files.get(name)!.length,
          ...(tree !== 'noHash' && { oid: gitId(this.files.get(name)!) }),
        })),
      );
    }
    const name = /^\/lab\/model\/resolve\/[^/]+\/(.+)$/.exec(path)?.[1] ?? /^\/content\/(.+)$/.exec(path)?.[1];
    const content = name === undefined ? undefined : this.files.get(name);
    if (name === undefined || path.startsWith('/api/')) return unknown(response);
    if (content === undefined) return notFound(response);
    if (contentServer !== undefined) {
      response.writeHead(302, {
        location: `${contentServer}/content/${name}?signature=1`,
        ...this.habits.headers?.(content, name),
      });
      response.end();
      return;
    }
    this.send(request, response, content, name);
  }

  private send({ method, headers }: IncomingMessage, response: ServerResponse, content: Buffer, name: string): void {
    const { head = 'yes', ranges = true, lengths = true } = this.habits;
    const common = { 'content-type': 'application/octet-stream', ...this.habits.headers?.(content, name) };
    if (method === 'HEAD') {
      if (head === 'refused') response.writeHead(405).end();
      else
        response
          .writeHead(200, { ...common, ...(lengths && { 'content-length': head === 'yes' ? content.length : 0 }) })
          .end();
      return;
    }
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec((ranges && headers.range) || '') ?? [];
    if (from === undefined) {
      response.writeHead(200, { ...common, ...(lengths && { 'content-length': content.length }) });
      response.write(content.subarray(0, 1));
      response.end(content.subarray(1));
      return;
    }
    const end = to === '' ? content.length : Number(to) + 1;
    response.writeHead(206, { ...common, 'content-range': `bytes ${from}-${end - 1}/${content.length}` });
    response.end(content.subarray(Number(from), end));
  }
}

export function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/json' }).end('{"errors":[{"status":404}]}');
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function gitId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

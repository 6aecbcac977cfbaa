import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP proxy as institutions have them: it alone knows where a host is. */
export class ForwardProxy {
  /** Addresses that were asked for through it. */
  readonly urls: string[] = [];

  private constructor(private readonly server: Server) {}

  /** @param hosts host names and the origins that stand for them */
  static async start(hosts: Record<string, string>): Promise<ForwardProxy> {
    const server = createServer();
    const proxy = new ForwardProxy(server);
    server.on('request', (incoming, outgoing) => {
      const url = new URL(incoming.url!);
      proxy.urls.push(url.href);
      const origin = hosts[url.hostname];
      if (origin === undefined) {
        outgoing.writeHead(502).end();
        return;
      }
      const target = new URL(url.pathname + url.search, origin);
      const forwarded = request(target, { method: incoming.method ?? 'GET', headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.on('error', () => outgoing.destroy());
      incoming.pipe(forwarded);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

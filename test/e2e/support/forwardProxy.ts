import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

/** An HTTP proxy as institutions have them: it alone knows where a host is. Connections are tunnelled (CONNECT). */
export class ForwardProxy {
  /** `host:port` of each connection that was asked for. */
  readonly tunnels: string[] = [];

  private constructor(private readonly server: Server) {}

  /** @param hosts host names and the origins that stand for them */
  static async start(hosts: Record<string, string>): Promise<ForwardProxy> {
    const server = createServer();
    const proxy = new ForwardProxy(server);
    server.on('connect', ({ url }, client, head) => {
      proxy.tunnels.push(url!);
      const origin = hosts[url!.split(':')[0]!];
      if (origin === undefined) {
        client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
        return;
      }
      const { hostname, port } = new URL(origin);
      const target = connect(Number(port), hostname, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.write(head);
        target.pipe(client).pipe(target);
      });
      target.on('error', () => client.destroy());
      client.on('error', () => target.destroy());
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

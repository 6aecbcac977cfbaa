import { existsSync, readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CodeServer } from './codeServer.js';

/** Folder of the extension that obeys; a server has it as a neighbor of the one under test. */
export const DRIVER = join(__dirname, 'driver');

const START_TIMEOUT_MS = 20_000;
const ORDER_TIMEOUT_MS = 20_000;

/** A hand inside a window: does in one step, between two tests, what would take a person many keys. */
export class Driver {
  private constructor(private readonly socket: string) {}

  /**
   * The driver of the window that is opened next in a server that has the extension `DRIVER`; only one may be opening.
   * @returns waits for it
   * @throws Error when none has appeared
   */
  static expected(server: CodeServer): () => Promise<Driver> {
    const folder = join(server.home, 'drivers');
    const sockets = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
    const older = new Set(sockets());
    return async () => {
      for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await delay(20)) {
        const socket = sockets().find((name) => !older.has(name));
        if (socket !== undefined) return new Driver(join(folder, socket));
      }
      throw new Error(`No driver appeared in the window within ${START_TIMEOUT_MS} ms.`);
    };
  }

  /** Throws away what is unsaved; closes all editors, the panel, what is asked and what is told. */
  clear(): Promise<void> {
    return this.order({ order: 'clear' });
  }

  /** Opens a file, as it is on the disk, in front of all others. */
  open(path: string): Promise<void> {
    return this.order({ order: 'open', path });
  }

  /** Changes a setting of the workspace; `undefined` removes it. */
  configure(setting: string, value: unknown): Promise<void> {
    return this.order({ order: 'configure', setting, value });
  }

  private async order(order: Record<string, unknown>): Promise<void> {
    const connection = createConnection(this.socket);
    const timer = setTimeout(() => connection.destroy(new Error('The driver does not answer.')), ORDER_TIMEOUT_MS);
    try {
      connection.write(`${JSON.stringify(order)}\n`);
      let said = '';
      for await (const chunk of connection) said += String(chunk);
      const { error } = JSON.parse(said) as { error?: string };
      if (error !== undefined) throw new Error(`The driver could not ${String(order['order'])}: ${error}`);
    } finally {
      clearTimeout(timer);
      connection.destroy();
    }
  }
}

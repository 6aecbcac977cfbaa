import type { Memory } from '../models/chosenModel';

const KEY = 'server.agreed';

/**
 * The servers whose user has agreed to what is sent, by scheme, host, and port. An address in a setting alone does nothing: whoever wrote
 * it there may be somebody else.
 */
export class Agreements {
  constructor(private readonly memory: Memory) {}

  has({ origin }: URL): boolean {
    return this.all().includes(origin);
  }

  async add({ origin }: URL): Promise<void> {
    await this.memory.update(KEY, [...this.all().filter((other) => other !== origin), origin]);
  }

  async withdraw({ origin }: URL): Promise<void> {
    await this.memory.update(
      KEY,
      this.all().filter((other) => other !== origin),
    );
  }

  private all(): readonly string[] {
    return this.memory.get<readonly string[]>(KEY, []);
  }
}

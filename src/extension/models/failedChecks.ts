/** A place to remember things in between sessions: `vscode.Memento`. */
export interface Memory {
  get<T>(key: string, otherwise: T): T;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'models.failedChecks';

/** The model folders that have failed a check, and why: they are not used until they pass one. */
export class FailedChecks {
  constructor(private readonly memory: Memory) {}

  reasonOf(modelDir: string): string | undefined {
    return this.all()[modelDir];
  }

  async remember(modelDir: string, reason: string): Promise<void> {
    await this.memory.update(KEY, { ...this.all(), [modelDir]: reason });
  }

  async forget(modelDir: string): Promise<void> {
    if (this.reasonOf(modelDir) === undefined) return;
    const { [modelDir]: _, ...others } = this.all();
    await this.memory.update(KEY, others);
  }

  private all(): Readonly<Record<string, string>> {
    return this.memory.get<Record<string, string>>(KEY, {});
  }
}

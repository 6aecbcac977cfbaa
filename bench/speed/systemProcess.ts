import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Request } from './protocol';

export interface Command {
  program: string;
  args: string[];
  env?: Record<string, string>;
}

/** Lines of a process's standard error that an error message repeats. */
const LAST_LINES = 6;

/** A system in a process of its own; one request at a time. */
export class SystemProcess {
  private readonly child: ChildProcess;
  private readonly said: string[] = [];
  private answered: ((line: string) => void) | null = null;
  private readonly ended: Promise<never>;

  constructor(
    private readonly name: string,
    { program, args, env }: Command,
  ) {
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      // What a library prints is no answer.
      if (line.startsWith('{')) this.answered?.(line);
      else this.said.push(line);
    });
    createInterface({ input: this.child.stderr! }).on('line', (line) => this.said.push(line));
    this.ended = new Promise<never>((_, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        const last = this.said.slice(-LAST_LINES).join(' | ');
        reject(new Error(`${this.name} ended (${signal ?? `exit code ${code}`})${last && `: ${last}`}`));
      });
    });
    this.ended.catch(() => undefined);
    this.child.stdin!.on('error', () => undefined);
  }

  /** @throws Error in the system's words when it fails, and when its process ends. */
  async ask<A extends object>(request: Request): Promise<A> {
    const answer = new Promise<string>((resolve) => (this.answered = resolve));
    this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    const parsed = JSON.parse(await Promise.race([answer, this.ended])) as A & { error?: string };
    if (parsed.error !== undefined) throw new Error(`${this.name}: ${parsed.error}`);
    return parsed;
  }

  /** Ends the process; resolves when it is gone. */
  async quit(): Promise<void> {
    this.child.stdin!.end(`${JSON.stringify({ op: 'quit' } satisfies Request)}\n`);
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await this.ended.catch(() => undefined);
    clearTimeout(timer);
  }
}

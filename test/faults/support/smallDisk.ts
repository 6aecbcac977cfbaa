import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

const FILLER = '.filler';

/** A file system of a few hundred megabytes in memory, mounted in a namespace of its own: no rights are needed. */
export class SmallDisk {
  private constructor(
    /** Its root, seen from outside the namespace. */
    readonly path: string,
    /** A program, with its arguments, that runs another one where the disk is mounted. */
    readonly prefix: readonly string[],
    private readonly holder: ChildProcess,
  ) {}

  /** Why there can be none here; undefined if there can. */
  static missing(): string | undefined {
    const script = 'mount -t tmpfs tmpfs /mnt && nsenter --version';
    const { status, stderr, error } = spawnSync('unshare', ['-rm', 'sh', '-c', script], { encoding: 'utf8' });
    return status === 0 ? undefined : `no disk can be mounted in a user namespace (${error?.message ?? stderr.trim()})`;
  }

  static async create(mountPoint: string, bytes: number): Promise<SmallDisk> {
    mkdirSync(mountPoint, { recursive: true });
    const script = `mount -t tmpfs -o size=${bytes} tmpfs "$0" && echo ready && exec cat`;
    const holder = spawn('unshare', ['-rm', 'sh', '-c', script, mountPoint], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      holder.stdout!.once('data', () => resolve());
      holder.once('exit', (code) => reject(new Error(`The small disk could not be mounted (exit code ${code}).`)));
    });
    const pid = String(holder.pid);
    return new SmallDisk(
      join('/proc', pid, 'root', mountPoint),
      ['nsenter', '-t', pid, '-U', '-m', '--preserve-credentials'],
      holder,
    );
  }

  /** Takes all space but so much, or what there is: others write here meanwhile. */
  async fill(leaveBytes: number): Promise<void> {
    const { bavail, bsize } = statfsSync(this.path);
    const handle = await open(join(this.path, FILLER), 'w');
    const zeros = Buffer.alloc(4 * 1024 * 1024);
    try {
      for (let left = bavail * bsize - leaveBytes; left > 0;) {
        left -= (await handle.write(zeros, 0, Math.min(left, zeros.length))).bytesWritten;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await handle.close();
    }
  }

  async empty(): Promise<void> {
    await rm(join(this.path, FILLER), { force: true });
  }

  /** Gives it back; what lies on it is gone. */
  async remove(): Promise<void> {
    const ended = new Promise((resolve) => this.holder.once('exit', resolve));
    this.holder.stdin!.end();
    await ended;
  }
}

import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Located } from './missing';
import { repositoryRoot } from './shared';

const folder = join(repositoryRoot, 'test/conformance');
const requirementsFile = join(folder, 'requirements.txt');
const venv = join(folder, '.venv');
const python = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
/** Written last, so that a half-made environment is made anew. */
const marker = join(venv, 'requirements.sha256');
const lock = `${venv}.lock`;

/** What makes the environment. PyTorch is large, so a laptop is asked first. */
const SET_UP = 'npm run setup:conformance';

/**
 * Python of a virtual environment with `test/conformance/requirements.txt` installed.
 *
 * @param make makes the environment where it is missing or `requirements.txt` has changed (minutes, about 1.5 GB of disk);
 *   two runs at once wait for each other. Default: with `CI=true` only.
 */
export async function conformancePython({ make = process.env['CI'] === 'true' } = {}): Promise<Located> {
  const hash = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex');
  const ready = () => existsSync(python) && existsSync(marker) && readFileSync(marker, 'utf8') === hash;
  if (ready()) {
    return { path: python };
  }
  if (!make) {
    return { missing: `the reference implementations (transformers, PyTorch) are not installed; run: ${SET_UP}` };
  }
  await takeLock();
  try {
    return ready() ? { path: python } : makeEnvironment(hash);
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function makeEnvironment(hash: string): Located {
  const steps: [what: string, command: string, args: string[]][] = [
    ['Python 3 with its venv module is needed', 'python3', ['-m', 'venv', '--clear', venv]],
    ['pip could not install the references', python, ['-m', 'pip', 'install', '--quiet', '-r', requirementsFile]],
  ];
  console.log(`      making ${venv} …`);
  for (const [what, command, args] of steps) {
    const result = spawnSync(command, args, { encoding: 'utf8' });
    if (result.status !== 0) {
      const why = result.error?.message ?? (result.stderr || result.stdout).trim().split('\n').slice(-3).join(' ');
      return { missing: `${what}: ${command} ${args.join(' ')}: ${why}` };
    }
  }
  writeFileSync(marker, hash);
  return { path: python };
}

/** A folder is created by one process only; it holds the owner's pid, so that a dead owner's lock is broken. */
async function takeLock(): Promise<void> {
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw error;
      }
    }
    await sleep(1000);
    if (!ownerLives()) {
      rmSync(lock, { recursive: true, force: true });
    }
  }
}

function ownerLives(): boolean {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Runs a script of `test/conformance` and gives its standard output. Nothing is fetched: the model
 * hub's client is told to stay offline.
 *
 * @throws Error with the end of standard error where the script fails.
 */
export async function runPython(executable: string, script: string, args: readonly string[]): Promise<string> {
  const python = new PythonProcess(executable, script, args);
  let output = '';
  python.child.stdout.on('data', (text: string) => (output += text));
  python.child.stdin.end();
  await python.ended;
  return output;
}

/** A script that answers each line it is given with a line. */
export interface LineProcess {
  /** @throws Error with the end of standard error where the script ends instead */
  ask(line: string): Promise<string>;
  /** Lets it end, and waits for that. */
  end(): Promise<void>;
}

/** As `runPython`, for a script that reads its standard input. */
export function startPython(executable: string, script: string, args: readonly string[]): LineProcess {
  const python = new PythonProcess(executable, script, args);
  const answers = createInterface({ input: python.child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(line) {
      python.child.stdin.write(`${line}\n`);
      const { value, done } = await answers.next();
      if (!done) return value;
      await python.ended;
      throw new Error(`${script} ended without an answer to "${line}".`);
    },
    async end() {
      python.child.stdin.end();
      await python.ended;
    },
  };
}

class PythonProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Rejects where the script fails. */
  readonly ended: Promise<void>;

  constructor(executable: string, script: string, args: readonly string[]) {
    this.child = spawn(executable, [join(folder, script), ...args], {
      env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_OFFLINE: '1', PYTHONUTF8: '1' },
    });
    let errors = '';
    this.child.stdout.setEncoding('utf8');
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-8000)));
    // A script that has failed reads nothing more; its end says why.
    this.child.stdin.on('error', () => undefined);
    this.ended = new Promise((done, fail) => {
      this.child.on('error', fail);
      this.child.on('close', (code) => {
        if (code === 0) done();
        else fail(new Error(`${script} ended with exit code ${code}:\n${errors}`));
      });
    });
    // Whoever waits for it is told; until then it is no unhandled rejection.
    this.ended.catch(() => undefined);
  }
}

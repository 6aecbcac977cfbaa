import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { build } from 'esbuild';

export const root = join(__dirname, '..', '..');
const here = __dirname;
const NODE_LLAMA_CPP = '3.22.1';

export type Log = (line: string) => void;

/** What a run needs and makes once: peers' packages, the checkpoint, each system's form of it. */
export class Preparation {
  constructor(
    /** Where it is kept between runs. */
    readonly cache: string,
    private readonly log: Log,
    private readonly env: NodeJS.ProcessEnv = process.env,
  ) {}

  /**
   * A Python with the peers, from `BIOGPT_BENCH_PYTHON` or made here.
   * @throws Error when there is no Python 3, or pip fails.
   */
  async python(): Promise<string> {
    const given = this.env['BIOGPT_BENCH_PYTHON'];
    if (given !== undefined && given !== '') {
      if (!existsSync(given)) throw new Error(`BIOGPT_BENCH_PYTHON names ${given}, which is not there. Name a Python.`);
      return given;
    }
    const folder = join(this.cache, 'venv');
    const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
    const requirements = join(here, 'python', 'requirements.txt');
    if (!isNewer(join(folder, 'installed'), [requirements])) {
      this.log('Installing the Python peers (PyTorch is large) …');
      await rm(folder, { recursive: true, force: true });
      await this.run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]);
      await this.run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
      await writeFile(join(folder, 'installed'), '');
    }
    return python;
  }

  /** The folder node-llama-cpp is installed in. @throws Error when npm fails. */
  async llamaPackages(): Promise<string> {
    const folder = join(this.cache, 'npm');
    if (!existsSync(join(folder, 'node_modules', 'node-llama-cpp', 'package.json'))) {
      this.log('Installing node-llama-cpp …');
      await mkdir(folder, { recursive: true });
      const dependencies = { 'node-llama-cpp': NODE_LLAMA_CPP };
      await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
      // Its own script would look for a GPU and build llama.cpp; the prebuilt binaries come as packages.
      const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
      await this.run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { cwd: folder });
    }
    return folder;
  }

  /** The checkpoint with random weights, written by transformers. */
  async checkpoint(): Promise<string> {
    const source = [join(here, 'python', 'checkpoint.py'), join(root, 'test', 'conformance', 'model_reference.py')];
    return this.make('checkpoint', source, async (out) => {
      await mkdir(out);
      await this.run(await this.python(), [join(here, 'python', 'checkpoint.py'), out]);
    });
  }

  /** A model folder of ours. */
  async ownModel(precision: string): Promise<string> {
    const sources = readdirSync(join(root, 'src', 'conversion'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const checkpoint = await this.checkpoint();
    return this.make(`biogpt-${precision}`, sources, (out) =>
      this.run(process.execPath, [
        join(root, 'scripts', 'biogpt.mjs'),
        'convert',
        checkpoint,
        '--out',
        out,
        '--precision',
        precision,
        '--name',
        `BioGPT's shape, random weights, ${precision}`,
        '--source',
        'random weights',
        '--licence',
        'MIT',
      ]),
    );
  }

  async ggufModel(kind: 'Q8_0' | 'Q4_0'): Promise<string> {
    const script = join(here, 'python', 'gguf_model.py');
    const checkpoint = await this.checkpoint();
    return this.make(`${kind}.gguf`, [script], async (out) =>
      this.run(await this.python(), [script, checkpoint, out, kind]),
    );
  }

  async ctranslate2Model(precision: 'float32' | 'int8'): Promise<string> {
    const script = join(here, 'python', 'ctranslate2_model.py');
    const checkpoint = await this.checkpoint();
    return this.make(`ctranslate2-${precision}`, [script], async (out) =>
      this.run(await this.python(), [script, checkpoint, out, precision]),
    );
  }

  /** A TypeScript program of the bench as one file that Node runs, without a compiler in its memory. */
  async program(name: string, entry: string): Promise<string> {
    const outfile = join(this.cache, `${name}.cjs`);
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      external: ['onnxruntime-node', 'koffi'],
      logLevel: 'error',
    });
    return outfile;
  }

  /** Writes a file or folder under another name first, so that what has its name is whole. */
  private async make(name: string, sources: readonly string[], write: (out: string) => Promise<void>): Promise<string> {
    const path = join(this.cache, name);
    if (isNewer(path, sources)) return path;
    this.log(`Writing ${name} …`);
    await mkdir(this.cache, { recursive: true });
    const draft = join(this.cache, `new-${name}`);
    await rm(draft, { recursive: true, force: true });
    await write(draft);
    await rm(path, { recursive: true, force: true });
    await rename(draft, path);
    return path;
  }

  private run(program: string, args: string[], options: { cwd?: string } = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...this.env, PATH: [join(process.execPath, '..'), this.env['PATH']].join(delimiter) },
        ...options,
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
      }
      child.on('error', reject);
      child.on('close', (code) => {
        const last = said.trim().split('\n').slice(-3).join(' | ');
        if (code === 0) resolve();
        else reject(new Error(`${[program, ...args].join(' ')} failed (exit code ${code}): ${last}`));
      });
    });
  }
}

/** Whether a finished file or folder is there, and newer than what it was made from. */
function isNewer(path: string, sources: readonly string[]): boolean {
  if (!existsSync(path)) return false;
  const made = statSync(path).mtimeMs;
  return sources.every((source) => statSync(source).mtimeMs < made);
}

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An installed code-server: a whole VS Code server with its workbench for the browser. */
export interface CodeServerInstall {
  /** The Node that runs it. */
  node: string;
  /** `server-main.js` of the VS Code inside, started without code-server's own wrapper. */
  serverMain: string;
}

const HERE = __dirname;

/**
 * Installs code-server beside this file, once: a marker names the lockfile it was installed from.
 *
 * Neither code-server's postinstall (it wants a compiler) nor the compiled modules are needed: they
 * serve terminals, log files (`spdlog.cjs` writes them instead) and the watchdog of an orphaned server. ripgrep (file search) is
 * linked where the machine has one.
 *
 * @throws Error when npm fails; its output is in the message.
 */
export async function installCodeServer(log: (line: string) => void = () => {}): Promise<CodeServerInstall> {
  const root = HERE;
  const vscode = join(root, 'node_modules', 'code-server', 'lib', 'vscode');
  const install = { node: process.execPath, serverMain: join(vscode, 'out', 'server-main.js') };
  const marker = join(root, 'node_modules', '.installed-from');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return install;

  log('Installing VS Code for the browser (code-server, about 300 MB on disk) …');
  rmSync(marker, { force: true });
  await npm(['ci', '--ignore-scripts'], root);
  // `npm install`: the shrinkwrap that code-server ships lacks a package, and `npm ci` refuses it.
  await npm(['install', '--omit=dev', '--ignore-scripts'], vscode);
  linkRipgrep(vscode, log);
  copyFileSync(join(HERE, 'spdlog.cjs'), join(vscode, 'node_modules', '@vscode', 'spdlog', 'index.js'));
  writeFileSync(marker, lock);
  return install;
}

function linkRipgrep(vscode: string, log: (line: string) => void): void {
  const target = join(vscode, 'node_modules', '@vscode', 'ripgrep', 'bin', 'rg');
  if (existsSync(target)) return;
  try {
    const rg = execFileSync('which', ['rg'], { encoding: 'utf8' }).trim();
    mkdirSync(join(target, '..'), { recursive: true });
    symlinkSync(rg, target);
  } catch {
    log("ripgrep is not installed: all works but VS Code's search in files.");
  }
}

function npm(args: string[], cwd: string): Promise<void> {
  const [command, before] = process.env['npm_execpath']?.endsWith('.js')
    ? [process.execPath, [process.env['npm_execpath']]]
    : ['npm', []];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args, '--no-audit', '--no-fund'], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-8000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`\`npm ${args.join(' ')}\` in ${cwd} ended with code ${code}:\n${output.trim()}`));
    });
  });
}

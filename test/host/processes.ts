import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessInfo {
  pid: number;
  parent: number;
  /** The command line, arguments separated by spaces. */
  command: string;
}

/** All processes of this machine. Reads `/proc` on Linux, asks `ps` elsewhere; not for Windows. */
export function listProcesses(): ProcessInfo[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

/** The processes below `root`, at any depth; `root` itself is not among them. */
export function descendantsOf(root: number, processes = listProcesses()): ProcessInfo[] {
  const children = processes.filter((candidate) => candidate.parent === root);
  return children.flatMap((child) => [child, ...descendantsOf(child.pid, processes)]);
}

/** The decoder processes that the extension hosts below `root` have forked. */
export function decodersBelow(root: number): ProcessInfo[] {
  return descendantsOf(root).filter(({ command }) => command.includes('decoder.cjs'));
}

export function isAlive(pid: number): boolean {
  return listProcesses().some((candidate) => candidate.pid === pid);
}

function fromProc(): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      // The name in parentheses may hold spaces; state and parent follow its closing parenthesis.
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || parent === undefined) continue;
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').join(' ').trim();
      found.push({ pid: Number(entry), parent: Number(parent), command });
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

function fromPs(): ProcessInfo[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,command='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!match || match[3]!.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), parent: Number(match[2]), command: match[4]! }];
  });
}

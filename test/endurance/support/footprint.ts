import { readdirSync, readFileSync } from 'node:fs';
import { descendantsOf } from '../../host/processes.js';

/** What a process holds; Linux. */
export interface Footprint {
  /** Resident memory of its own, without files that are mapped; MB. */
  megabytes: number;
  /** Open files, sockets and pipes. */
  handles: number;
}

/** The extension host and the decoder below a server, while both run. */
export interface Footprints {
  host: Footprint;
  decoder: Footprint;
}

export function footprintsBelow(server: number): Footprints | undefined {
  const processes = descendantsOf(server);
  const host = processes.find(({ command }) => command.includes('--type=extensionHost'));
  const decoder = processes.find(({ command }) => command.includes('decoder.cjs'));
  if (!host || !decoder) return undefined;
  try {
    return { host: footprintOf(host.pid), decoder: footprintOf(decoder.pid) };
  } catch {
    return undefined; // One of them ended while we looked.
  }
}

function footprintOf(pid: number): Footprint {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]);
  return { megabytes: kilobytes / 1024, handles: readdirSync(`/proc/${pid}/fd`).length };
}

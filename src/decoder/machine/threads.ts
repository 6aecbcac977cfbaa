import { onBattery } from './battery';
import { thisHost, type Host } from './host';
import { performanceCores } from './performanceCores';

/** More threads than this make a decoding step hardly faster, and the editor slower. */
const MOST_THREADS = 4;

export interface ThreadChoice {
  threads: number;
  /** Why so many, for the log. */
  reason: string;
}

/** Intra-op threads for this machine: one per physical performance core, four at most; on battery half of them. */
export async function chooseThreads(host: Host = thisHost()): Promise<ThreadChoice> {
  const [cores, battery] = await Promise.all([performanceCores(host), onBattery(host)]);
  const most = Math.min(MOST_THREADS, cores);
  return {
    threads: battery ? Math.ceil(most / 2) : most,
    reason: `${cores} performance core${cores === 1 ? '' : 's'}, on ${battery ? 'battery' : 'mains'}`,
  };
}

import { freemem, totalmem } from 'node:os';
import type { MiningDecoder } from '../../client/decoder';
import { fitsIn, makeRoom, type Tenant } from '../../client/memory';
import { Supervisor, type SupervisorOptions } from '../../client/supervisor';
import type { TaskModel } from './taskModel';

export interface MinersOptions extends Pick<SupervisorOptions, 'launch' | 'clock' | 'idleMinutes' | 'log'> {
  /** The decoder of the model that writes. */
  writing: MiningDecoder & Tenant;
  /** Folder of the model that writes. */
  inUse(): Promise<string>;
  threads(): number;
}

/**
 * Decoders for text mining: that of the model that writes, where it is the one that is wanted, else one of its own. Both
 * models are in memory at once only if the machine has the room.
 */
export class Miners {
  private readonly own: Supervisor;
  private model: TaskModel | undefined;
  private jobs = 0;
  private waiting: (() => void)[] = [];

  constructor(private readonly options: MinersOptions) {
    const { launch, clock, idleMinutes, log, threads, writing } = options;
    this.own = new Supervisor({
      launch,
      clock,
      idleMinutes,
      log: (line) => log(`Text mining: ${line}`),
      onStateChange: () => undefined,
      // Whoever has asked is told.
      onGiveUp: () => undefined,
      models: {
        choose: async () => {
          const { dir, memoryBytes } = this.model!;
          await makeRoom(memoryBytes, writing, hasRoom);
          return { modelDir: dir, ...(threads() > 0 && { threads: threads() }) };
        },
        refused: () => false,
      },
    });
  }

  /** Does a job with a model, whose decoder stays until the job is done. */
  async with<T>(model: TaskModel, job: (decoder: MiningDecoder) => Promise<T>): Promise<T> {
    const { writing, inUse } = this.options;
    if ((await inUse()) === model.dir) return job(writing);
    const { own } = this;
    if (this.model?.dir !== model.dir) await own.unload();
    else if (own.state.kind === 'failed') own.restart();
    this.model = model;
    this.jobs++;
    try {
      return await job(own);
    } finally {
      this.jobs--;
      if (this.jobs === 0) for (const resolve of this.waiting.splice(0)) resolve();
    }
  }

  /** Before the model that writes is loaded: makes room for it, once no job runs. */
  async makeRoom(memoryBytes: number): Promise<void> {
    const { own } = this;
    const quiet = async (): Promise<void> => {
      while (this.jobs > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    };
    const tenant: Tenant = {
      get state() {
        return own.state;
      },
      quiet,
      unload: () => own.unload(),
    };
    await makeRoom(memoryBytes, tenant, hasRoom);
  }

  /** As `Supervisor.hold`. */
  hold(modelDir: string): Promise<() => void> {
    return this.own.hold(modelDir);
  }

  settingsChanged(): void {
    this.own.settingsChanged();
  }

  dispose(): Promise<void> {
    return this.own.dispose();
  }
}

function hasRoom(bytes: number): boolean {
  return fitsIn({ platform: process.platform, total: totalmem(), free: freemem() }, bytes);
}

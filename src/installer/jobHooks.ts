import type { InstallStage } from '../protocol/installer';

/** What a job is given by whoever runs it. */
export interface JobHooks {
  /** Aborting it ends the job; nothing half-made is left. */
  signal: AbortSignal;
  onProgress(stage: InstallStage, fraction: number): void;
  /** Asked before a model folder that is there is replaced; resolves once nothing has it open. */
  beforeReplace(modelDir: string): Promise<void>;
}

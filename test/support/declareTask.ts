import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelTask } from '../../src/modelFolder/modelTask';

/** Makes a model folder one that was tuned for a task, as its `model.json` has it. @param more of `model.json` */
export function declareTask(dir: string, task: ModelTask | undefined, more: object = {}): void {
  const path = join(dir, 'model.json');
  const description = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...description, ...more, ...(task && { task }) }));
}

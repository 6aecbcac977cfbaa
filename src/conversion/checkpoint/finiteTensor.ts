import { ModelError } from '../../modelFolder/modelError';
import { phrase } from '../../modelFolder/phrase';
import type { Checkpoint } from './checkpoint';
import { hasNonFinite } from './elements';

/** Reads a tensor as `Checkpoint.read` does. @throws ModelError too if it holds NaN or infinity */
export async function* readFinite(
  checkpoint: Checkpoint,
  name: string,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array> {
  for await (const chunk of checkpoint.read(name, signal)) {
    checkFinite(checkpoint.path, name, chunk);
    yield chunk;
  }
}

/** @throws ModelError if values of a tensor are NaN or infinite */
export function checkFinite(path: string, name: string, values: Float32Array): void {
  if (!hasNonFinite(values)) return;
  throw new ModelError(
    path,
    phrase`tensor "${name}" contains NaN or infinite weights.`,
    phrase`The model is broken; use another checkpoint.`,
  );
}

import { ModelError } from '../errors';
import type { Checkpoint } from './checkpoint';

export const TorchCheckpoint = {
  open(path: string): Promise<Checkpoint> {
    return Promise.reject(new ModelError(path, 'cannot be read yet.', 'Save the model as safetensors.'));
  },
};

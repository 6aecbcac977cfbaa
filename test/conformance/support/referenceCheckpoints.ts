import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { required, type Located } from './missing';
import { conformancePython, startPython, type LineProcess } from './python';
import { repositoryRoot, sharedData } from './shared';
import type { Context } from 'mocha';

/**
 * Forms of one and the same model: Hugging Face folders with safetensors, with a `pytorch_model.bin`
 * that has the output projection as a second copy or not at all, and such a folder as an archive;
 * fairseq checkpoints with settings as dicts, with them as objects, and as an archive. And another
 * model, a fairseq checkpoint with a soft prompt of nine rows.
 */
export const CHECKPOINT_FORMS = [
  'safetensors',
  'bin-copy',
  'bin-tied',
  'bin-archive',
  'fairseq',
  'fairseq-args',
  'fairseq-archive',
  'fairseq-prompt',
] as const;
export type CheckpointForm = (typeof CHECKPOINT_FORMS)[number];

export type ReferenceSize = 'tiny' | 'full';

/** What transformers computes. */
export interface ReferenceLogits {
  ids: number[];
  vocabSize: number;
  /** A row per id. */
  logits: Float32Array;
}

export interface ReferenceCheckpoint {
  /** A folder or a `.tgz`. */
  path: string;
  reference: ReferenceLogits;
}

/** Folder with the `vocab.json` and `merges.txt` that models of a size are given. */
export function referenceVocabulary(size: ReferenceSize): Located {
  if (size === 'full') return sharedData('biogpt-vocabulary');
  const path = join(repositoryRoot, 'models/starter');
  return existsSync(join(path, 'vocab.json')) ? { path } : { missing: 'no vocabulary in models/starter' };
}

/** Lets transformers write one model in one form after the other (see `install_reference.py`). */
export class CheckpointWriter {
  private constructor(
    private readonly writer: LineProcess,
    private readonly out: string,
  ) {}

  /**
   * Skips the running suite where Python is missing.
   * @param vocabulary see `referenceVocabulary`
   * @param out an empty folder, for whatever is written
   */
  static async start(
    context: Context,
    size: ReferenceSize,
    vocabulary: string,
    out: string,
  ): Promise<CheckpointWriter> {
    const python = required(context, await conformancePython());
    const args = ['--size', size, '--vocabulary', vocabulary, '--out', out];
    return new CheckpointWriter(startPython(python, 'install_reference.py', args), out);
  }

  /** @throws Error with the end of standard error where the script fails */
  async write(form: CheckpointForm): Promise<ReferenceCheckpoint> {
    await this.writer.ask(form);
    return {
      path: join(this.out, form.endsWith('-archive') ? `${form}.tgz` : form),
      reference: readReference(this.out, form === 'fairseq-prompt' ? 'prompt' : 'reference'),
    };
  }

  end(): Promise<void> {
    return this.writer.end();
  }
}

function readReference(dir: string, name: string): ReferenceLogits {
  const { ids, vocabSize } = JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8')) as ReferenceLogits;
  const bytes = readFileSync(join(dir, `${name}.f32`));
  return { ids, vocabSize, logits: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4) };
}

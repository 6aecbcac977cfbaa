import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { required, type Located } from './missing';
import { conformancePython, runPython } from './python';
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

/**
 * Lets transformers write models into a folder (see `install_reference.py`); the same every time.
 * Skips the running test where Python is missing.
 * @param vocabulary see `referenceVocabulary`
 */
export async function writeReferenceCheckpoints<Form extends CheckpointForm>(
  context: Context,
  size: ReferenceSize,
  vocabulary: string,
  forms: readonly Form[],
  out: string,
): Promise<Record<Form, ReferenceCheckpoint>> {
  const python = required(context, await conformancePython());
  const args = ['--size', size, '--vocabulary', vocabulary, '--out', out, '--forms', ...forms];
  await runPython(python, 'install_reference.py', args);
  const entries = forms.map((form) => {
    const path = join(out, form.endsWith('-archive') ? `${form}.tgz` : form);
    return [form, { path, reference: readReference(out, form === 'fairseq-prompt' ? 'prompt' : 'reference') }] as const;
  });
  return Object.fromEntries(entries) as Record<Form, ReferenceCheckpoint>;
}

function readReference(dir: string, name: string): ReferenceLogits {
  const { ids, vocabSize } = JSON.parse(readFileSync(join(dir, `${name}.json`), 'utf8')) as ReferenceLogits;
  const bytes = readFileSync(join(dir, `${name}.f32`));
  return { ids, vocabSize, logits: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4) };
}

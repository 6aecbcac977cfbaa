import { join, resolve } from 'node:path';
import { CONFIG_FILE, MERGES_FILE, TOKENIZER_CONFIG_FILE, VOCAB_FILE } from '../../modelFolder/checkpointFiles';
import { replaceModelFolder } from '../../modelFolder/folderTransaction';
import { HashedFileWriter } from '../../modelFolder/hashedFile';
import type { Phrase } from '../../modelFolder/phrase';
import { withAdapter } from '../adapter/loraAdapter';
import { readFinite } from '../checkpoint/finiteTensor';
import { openSourceFolder } from '../source/openSourceFolder';
import type { SourceFolder } from '../source/sourceFolder';
import { writeSafetensors } from './safetensorsFile';
import { inServerForm, type ServerForm, type ServerTensor } from './serverForm';

export const WEIGHTS_FILE = 'model.safetensors';

export interface ExportOptions {
  form: ServerForm;
  /** Folder of a LoRA adapter in PEFT's form, which is merged into the weights. */
  adapter?: string;
  /** Called with the finished folder before it takes its place; if it throws, nothing does. */
  check?: (dir: string) => Promise<void>;
  signal?: AbortSignal;
  /** Called now and then with the fraction written, 0 to 1. */
  onProgress?: (fraction: number) => void;
}

export interface ExportedModel {
  /** Absolute path of the folder. */
  dir: string;
  /** Size of the whole folder. */
  bytes: number;
  warnings: Phrase[];
}

/**
 * Writes a BioGPT model as inference servers load it: `config.json`, float32 weights in `model.safetensors`, and the tokenizer's files.
 * Weights are read and written tensor by tensor; the folder appears only when it is whole.
 * @param sourceDir as for `convert`
 * @param outDir must not exist or be empty
 * @throws ModelError if the source is damaged or unsupported or the target can't be written; the signal's reason if it aborts;
 *   whatever `check` throws. Nothing is left behind then.
 */
export async function exportModel(sourceDir: string, outDir: string, options: ExportOptions): Promise<ExportedModel> {
  const { form, adapter, check, signal, onProgress } = options;
  const dir = resolve(outDir);
  const source = await openSourceFolder(resolve(sourceDir));
  let opened: { close(): Promise<void> } = source.checkpoint;
  try {
    const folder = adapter === undefined ? source : await withAdapter(source, resolve(adapter), signal);
    opened = folder.checkpoint;
    const { config, tensors } = inServerForm(form, folder.config, folder.dir);
    const bytes = await replaceModelFolder(
      dir,
      async (temporary) => {
        const write = async (name: string, content: (file: HashedFileWriter) => Promise<void>): Promise<number> => {
          const file = await HashedFileWriter.create(join(temporary, name));
          try {
            await content(file);
            return (await file.finish()).bytes;
          } catch (error) {
            await file.abandon();
            throw error;
          }
        };
        const text = (name: string, content: string): Promise<number> =>
          write(name, (file) => file.write(new TextEncoder().encode(content)));
        let sum = await text(CONFIG_FILE, asJson(config));
        sum += await text(VOCAB_FILE, folder.vocabJson);
        sum += await text(MERGES_FILE, folder.mergesText);
        sum += await text(TOKENIZER_CONFIG_FILE, asJson(tokenizerConfig(folder)));
        const written = tensors.map((tensor) => ({
          name: tensor.name,
          shape: tensor.shape,
          chunks: () => valuesOf(tensor, folder, signal),
        }));
        sum += await write(WEIGHTS_FILE, (file) =>
          writeSafetensors(file, written, (done) => onProgress?.(done / written.length)),
        );
        signal?.throwIfAborted();
        await check?.(temporary);
        return sum;
      },
      { replaces: false },
    );
    return { dir, bytes, warnings: [...folder.warnings, ...folder.tensors.warnings] };
  } finally {
    await opened.close();
  }
}

async function* valuesOf(
  { of, scale }: ServerTensor,
  { checkpoint, tensors }: SourceFolder,
  signal: AbortSignal | undefined,
): AsyncGenerator<Float32Array> {
  for await (const chunk of readFinite(checkpoint, tensors.stored.get(of)!, signal)) {
    // A chunk is its reader's until the next one.
    if (scale !== undefined) for (let i = 0; i < chunk.length; i++) chunk[i]! *= scale;
    yield chunk;
  }
}

/** What transformers' `BioGptTokenizer` needs besides the vocabulary. */
function tokenizerConfig({ addedTokens, config }: SourceFolder): object {
  const added = addedTokens.map(({ id, text, singleWord = false }): [number, object] => [
    id,
    { content: text, single_word: singleWord, lstrip: false, rstrip: false, normalized: true, special: false },
  ]);
  return {
    tokenizer_class: 'BioGptTokenizer',
    model_max_length: config.architecture.maxPositions,
    ...(added.length > 0 && { added_tokens_decoder: Object.fromEntries(added) }),
  };
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

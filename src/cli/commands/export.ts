import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { convert } from '../../conversion/convert';
import { checkExport } from '../../conversion/export/checkExport';
import { exportModel } from '../../conversion/export/exportModel';
import type { ServerForm } from '../../conversion/export/serverForm';
import { extractSource } from '../../conversion/source/archive';
import { IdEngine } from '../../decoder/idEngine';
import { MODEL_DESCRIPTION_FILE } from '../../modelFolder/format';
import { english } from '../../modelFolder/phrase';
import { removeLeftovers, temporaryName } from '../../modelFolder/temporaryName';
import { print } from '../output';
import { ProgressLine } from '../progress';

export interface ExportOptions {
  for: ServerForm;
  out: string;
  adapter?: string;
  json: boolean;
}

/** Writes a model for an inference server, and compares what it computes with our own engine at fp32. */
export async function exportCommand(source: string, options: ExportOptions): Promise<void> {
  const { for: form, adapter, json } = options;
  const started = performance.now();
  const out = resolve(options.out);
  const abort = new AbortController();
  const onInterrupt = (): void => abort.abort();
  process.once('SIGINT', onInterrupt);
  const { signal } = abort;
  const progress = new ProgressLine(process.stderr, process.stderr.isTTY === true);
  const parent = dirname(out);
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent, `${basename(out)}-check`);
  const work = join(parent, temporaryName(`${basename(out)}-check`, 'source'));
  try {
    const folder = await asFolder(resolve(source), join(work, 'source'), signal);
    const merged = adapter !== undefined && { adapter };
    const reference = join(work, 'fp32');
    let difference = 0;
    const { bytes, warnings } = await exportModel(folder, out, {
      form,
      ...merged,
      signal,
      onProgress: (fraction) => progress.show('Exporting', fraction, 1),
      check: async (dir) => {
        progress.show('Checking', 0, 1);
        await convert(folder, reference, { precision: 'fp32', ...merged, signal });
        progress.show('Checking', 1, 2);
        const engine = await IdEngine.open(reference);
        try {
          const { vocabSize } = engine;
          difference = await checkExport(dir, vocabSize, (ids) => engine.logits(ids, signal), signal);
        } finally {
          await engine.dispose();
        }
      },
    });
    progress.end();
    for (const warning of warnings) process.stderr.write(`warning: ${english(warning)}\n`);
    const ms = Math.round(performance.now() - started);
    await print(json, { out, for: form, bytes, difference, ms }, () => {
      const checked = `logits checked, largest difference ${difference.toPrecision(2)}`;
      return `${out}: for ${form === 'vllm' ? 'vLLM 0.30 or later' : 'servers that know OPT'}, ${bytes} bytes, ${checked}, ${ms} ms`;
    });
  } finally {
    progress.end();
    await rm(work, { recursive: true, force: true });
    process.removeListener('SIGINT', onInterrupt);
  }
}

/** The folder itself, or an archive's content in `into`. */
async function asFolder(source: string, into: string, signal: AbortSignal): Promise<string> {
  const found = await stat(source).catch(() => undefined);
  if (found?.isFile()) {
    await mkdir(into, { recursive: true });
    await extractSource(source, into, { signal });
    return into;
  }
  if (found && (await stat(join(source, MODEL_DESCRIPTION_FILE)).catch(() => undefined))) {
    throw new Error(
      `${source} is a converted model. Export needs the original weights: specify the folder or archive that the model was converted from ("biogpt models install --keep-original" keeps it).`,
    );
  }
  return source;
}

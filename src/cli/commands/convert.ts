import { resolve } from 'node:path';
import { english } from '../../modelFolder/phrase';
import { convert as convertModel } from '../../conversion/convert';
import type { Precision } from '../../modelFolder/format';
import type { CommonOptions } from '../options';
import { print } from '../output';

export interface ConvertOptions extends Omit<CommonOptions, 'model'> {
  out: string;
  precision: Precision;
  name?: string;
  source?: string;
  licence?: string;
  normalizePunctuation?: boolean;
}

export async function convert(source: string, options: ConvertOptions): Promise<void> {
  const started = performance.now();
  const abort = new AbortController();
  const onInterrupt = (): void => abort.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const out = resolve(options.out);
    const { name, source: origin, licence, normalizePunctuation, precision } = options;
    const { bytes, warnings } = await convertModel(resolve(source), out, {
      precision,
      ...(name !== undefined && { name }),
      ...(origin !== undefined && { source: origin }),
      ...(licence !== undefined && { licence }),
      ...(normalizePunctuation !== undefined && { normalizePunctuation }),
      signal: abort.signal,
    });
    for (const warning of warnings) process.stderr.write(`warning: ${english(warning)}\n`);
    const ms = Math.round(performance.now() - started);
    await print(options.json, { out, precision, bytes, ms }, () => `${out}: ${precision}, ${bytes} bytes, ${ms} ms`);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

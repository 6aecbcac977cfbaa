import { IdEngine } from '../../decoder/idEngine';
import type { CommonOptions } from '../options';
import { print } from '../output';

export interface LogitsOptions extends CommonOptions {
  ids: number[];
  threads?: number;
}

/** Nine significant digits give every float32 back exactly. */
const shortest = (value: number): number => Number(value.toPrecision(9));

export async function logits(options: LogitsOptions): Promise<void> {
  const engine = await IdEngine.open(options.model, { ...(options.threads && { threads: options.threads }) });
  try {
    const rows = await engine.logits(options.ids);
    await print(options.json, { logits: rows.map((row) => Array.from(row, shortest)) }, () =>
      rows.map((row) => Array.from(row, shortest).join(' ')).join('\n'),
    );
  } finally {
    await engine.dispose();
  }
}

import { IdEngine } from '../decoder/idEngine';
import { phrase } from '../modelFolder/phrase';
import { ModelError } from '../modelFolder/modelError';
import { openModelFolder, verifyModelFolder } from '../modelFolder/modelFolder';
import { checkModel } from '../conversion/selfCheck/selfCheck';
import type { CheckJob, CheckReport, PublishedNumbers } from '../protocol/installer';
import type { JobHooks } from './jobHooks';

/** Whether a finished model is whole and gives the numbers it must. @throws ModelError if there is no model */
export async function runCheck(
  { modelDir, published }: CheckJob,
  hooks: JobHooks,
  log: (line: string) => void,
): Promise<CheckReport> {
  const folder = await openModelFolder(modelDir);
  try {
    await verifyModelFolder(folder, {
      signal: hooks.signal,
      onProgress: (fraction) => hooks.onProgress('verify', fraction),
    });
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const said = phrase`${error.path}: ${error.problem} ${error.remedy}`;
    return { ok: false, lines: [said], problems: [said] };
  }
  const report = await checkNumbers(modelDir, published, hooks, log);
  return { ...report, lines: [phrase`No file has changed since the model was installed (SHA-256).`, ...report.lines] };
}

/** Opens a model folder as the decoder does and compares what it computes. @throws ModelError if it can't be opened */
export async function checkNumbers(
  modelDir: string,
  published: PublishedNumbers | undefined,
  hooks: JobHooks,
  log: (line: string) => void,
): Promise<CheckReport> {
  const { signal, onProgress } = hooks;
  const { description } = await openModelFolder(modelDir);
  const engine = await IdEngine.open(modelDir, { log });
  try {
    const model = {
      encode: (text: string) => engine.tokenizer.encode(text),
      decode: (ids: readonly number[]) => engine.tokenizer.decode(ids),
      logits: (ids: readonly number[]) => engine.logits(ids, signal),
      generate: async (...[ids, decoding, stop]: Parameters<IdEngine['generate']>) =>
        (await engine.generate(ids, decoding, stop, { signal })).ids,
      vocabSize: description.architecture.vocabSize,
    };
    return await checkModel(model, published, description.precision, {
      signal,
      onProgress: (fraction) => onProgress('check', fraction),
    });
  } finally {
    await engine.dispose();
  }
}

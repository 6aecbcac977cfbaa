// Loads a model with its packed form on a disk that says it has room, and compares it with the same model elsewhere.
import { OrtNative } from '../../../src/decoder/session/ortNative';
import { openPrepared } from '../../../src/decoder/session/preparedGraph';
import { sameResults } from '../../../src/decoder/session/sameResults';
import { openModelFolder } from '../../../src/modelFolder/modelFolder';
import type { Loaded } from '../fullDisk';

async function main([onDisk, elsewhere]: readonly string[]): Promise<void> {
  const native = await OrtNative.load();
  const [model, other] = await Promise.all([openModelFolder(onDisk!), openModelFolder(elsewhere!)]);
  const { layers, heads, hiddenSize, maxPositions, vocabSize } = model.description.architecture;
  const agree = sameResults(native, { layers, heads, headDim: hiddenSize / heads, maxPositions }, vocabSize);
  const lines: string[] = [];
  const session = await openPrepared(native, model.paths.graph, {
    threads: 1,
    agree,
    leastBytes: 1,
    freeBytes: async () => Infinity,
    log: (line) => lines.push(line),
  });
  const original = await native.createSession(other.paths.graph, 1);
  const loaded: Loaded = { same: await agree(original, session), lines };
  process.stdout.write(JSON.stringify(loaded));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

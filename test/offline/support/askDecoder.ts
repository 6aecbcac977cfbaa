// Does what the extension does: forks the decoder, has it complete and describe, and ends it.
import { forkDecoder } from '../../../src/client/forkDecoder';
import type { StopRules } from '../../../src/protocol/decoder';

const [modulePath, modelDir] = process.argv.slice(2) as [string, string];

async function main(): Promise<void> {
  const decoder = forkDecoder({ modulePath, onOutput: (line) => process.stderr.write(`${line}\n`) });
  await decoder.load({ modelDir });
  const stop: StopRules = { maxNewTokens: 8 };
  const { timings } = await decoder.complete({
    textBefore: 'The patients were',
    decoding: { strategy: 'greedy' },
    stop,
  });
  const { text } = await decoder.describe({
    term: 'asthma',
    decoding: { strategy: 'beam', beams: 5, earlyStopping: true },
    stop: { maxNewTokens: 96 },
  });
  process.stdout.write(JSON.stringify({ decodedTokens: timings.decodedTokens, description: text }));
  decoder.stop();
  await decoder.ended;
}

void main();

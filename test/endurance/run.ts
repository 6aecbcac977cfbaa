// Long campaigns, each by itself, with what came of it as JSON in the end.
//
//   npm run endurance -- decoder-killed --times 100 --seed 1 --stop-seconds 60
import { parseArgs } from 'node:util';
import { decoderKilled } from './decoderKilled.js';

const log = (line: string): void => console.error(line);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      times: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
      'stop-seconds': { type: 'string', default: '60' },
    },
  });
  const [campaign] = positionals;
  if (campaign !== 'decoder-killed') throw new Error(`There is no campaign "${campaign ?? ''}"; see this file's head.`);
  const report = await decoderKilled({
    times: Number(values.times),
    seed: Number(values.seed),
    stopSeconds: Number(values['stop-seconds']),
    log,
  });
  console.log(JSON.stringify(report, null, 2));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

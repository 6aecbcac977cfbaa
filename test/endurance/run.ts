// Long campaigns, each by itself; what came of it is printed as JSON in the end. `short.test.ts` has a minute of each.
//
//   npm run endurance -- decoder-killed --times 100 --stop-seconds 60 --seed 1
//   npm run endurance -- typing --minutes 24 --seed 1
//   npm run endurance -- full-disk --times 100 --seed 1
//   npm run endurance -- windows --windows 10
import { parseArgs } from 'node:util';
import { decoderKilled } from './decoderKilled.js';
import { fullDisk } from './fullDisk.js';
import { typing } from './typing.js';
import { windows } from './windows.js';

const log = (line: string): void => console.error(line);

async function main(): Promise<unknown> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      times: { type: 'string', default: '100' },
      'stop-seconds': { type: 'string', default: '60' },
      minutes: { type: 'string', default: '24' },
      windows: { type: 'string', default: '10' },
    },
  });
  const seed = Number(values.seed);
  switch (positionals[0]) {
    case 'decoder-killed':
      return decoderKilled({ times: Number(values.times), stopSeconds: Number(values['stop-seconds']), seed, log });
    case 'typing':
      return typing({ minutes: Number(values.minutes), seed, log });
    case 'full-disk':
      return fullDisk({ times: Number(values.times), seed, log });
    case 'windows':
      return windows({ windows: Number(values.windows), log });
    default:
      throw new Error(
        `There is no campaign "${positionals[0] ?? ''}". There are: decoder-killed, full-disk, typing, windows.`,
      );
  }
}

main().then(
  (report) => console.log(JSON.stringify(report, null, 2)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);

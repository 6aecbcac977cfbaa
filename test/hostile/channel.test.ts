/**
 * Malformed and hostile messages on the channels of the decoder and the installer: each request is answered or refused,
 * and the process goes on. `BIOGPT_HOSTILE_MESSAGES` (how many) lengthens the run, `BIOGPT_HOSTILE_SEED` repeats it.
 */
import assert from 'node:assert/strict';
import { attackChannel } from './support/channelCampaign';
import { machine } from './support/campaign';

const asked = process.env['BIOGPT_HOSTILE_MESSAGES'];
const seed = Number(process.env['BIOGPT_HOSTILE_SEED'] ?? 1);
/** Without a wish: as many as fit in this time, for each process. */
const SECONDS = 12;

describe('hostile messages', () => {
  for (const [which, share] of [
    ['decoder', 0.85],
    ['installer', 0.15],
  ] as const) {
    it(`are answered or refused by the ${which}`, async function () {
      const [count, seconds] = asked === undefined ? [5_000, SECONDS] : [Math.round(Number(asked) * share), Infinity];
      this.timeout(asked === undefined ? 200_000 : 0);
      const tell = (line: string): void => void (asked !== undefined && console.log(line));
      const { messages, answered, refused, peakMb, wrong } = await attackChannel(which, seed, count, seconds, tell);
      console.log(
        `      ${messages} messages from seed ${seed}: ${answered} answers, ${refused} of them refusals; ` +
          `${peakMb} MB at most; ${machine()}`,
      );
      assert.deepEqual(wrong, []);
      assert.ok(messages >= 50, `${messages} messages were sent`);
    });
  }
});

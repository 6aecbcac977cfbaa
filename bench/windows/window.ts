// A window without an editor, which does with the decoder what the extension host does. Orders come on standard input, a
// word a line (`focus`, `blur`, `type`, `look`); each is answered by a line of JSON.
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { FollowFocus } from '../../src/client/followFocus';
import { forkDecoder } from '../../src/client/forkDecoder';
import { Supervisor } from '../../src/client/supervisor';
import { WindowNotes } from '../../src/client/windowNotes';
import { systemClock } from '../../src/completion/clock';

/** What a window answers. */
export interface WindowAnswer {
  /** `type`: milliseconds to the suggestion. */
  ms?: number;
  /** `look`: its decoder, while a model is loaded. */
  decoder?: number;
}

const DIST = resolve(__dirname, '..', '..', 'dist');
const TEXT = 'Patients with rheumatoid arthritis were randomly assigned to ';

async function main([modelDir, folder, follows]: readonly string[]): Promise<void> {
  const log = (line: string): void => void process.stderr.write(`${process.pid}: ${line}\n`);
  const supervisor: Supervisor = new Supervisor({
    launch: () => forkDecoder({ modulePath: `${DIST}/decoder.cjs`, onOutput: log }),
    models: { choose: () => Promise.resolve({ modelDir: modelDir! }), refused: () => false },
    clock: systemClock,
    idleMinutes: () => 0,
    log,
    onStateChange: (state) => followFocus.stateChanged(state),
    onGiveUp: () => undefined,
  });
  const notes = new WindowNotes({ folder: folder! });
  const followFocus = new FollowFocus({
    decoder: supervisor,
    notes,
    clock: systemClock,
    today: () => Date.now(),
    focused: false,
    wanted: () => true,
    log,
  });
  for await (const order of createInterface({ input: process.stdin })) {
    const answer: WindowAnswer = {};
    if (order === 'focus' || order === 'blur') {
      if (follows === 'follow') followFocus.focusChanged(order === 'focus');
    } else if (order === 'type') {
      const started = performance.now();
      await supervisor.complete({
        textBefore: TEXT,
        decoding: { strategy: 'greedy' },
        stop: { maxNewTokens: 8, minNewTokens: 8 },
      });
      answer.ms = performance.now() - started;
    } else {
      const status = await supervisor.status();
      if (status) answer.decoder = status.pid;
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  await supervisor.dispose();
  await notes.dispose();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

// A process that takes the lock of the given path, tells so, and keeps it until it is killed.
import { withLock } from '../../../../src/library/installation/lock';

void withLock(process.argv[2]!, { wait: true }, async () => {
  process.send!('locked');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});

/** Milliseconds between looks at the parent. */
const INTERVAL_MS = 1000;

/** Whether a process exists, whoever owns it. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Calls `onGone` once the parent process is no more. The IPC channel's `disconnect` tells the same sooner,
 * but not when the parent was killed while another process holds the channel open.
 *
 * @returns ends the watch.
 */
export function watchParent(
  parentPid: number,
  onGone: () => void,
  exists: (pid: number) => boolean = processExists,
  intervalMs = INTERVAL_MS,
): () => void {
  const timer = setInterval(() => {
    if (exists(parentPid)) return;
    clearInterval(timer);
    onGone();
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

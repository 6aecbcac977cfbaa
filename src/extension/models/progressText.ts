import type { InstallProgress } from '../../library/install/types';
import type { InstallNote } from '../statusText';
import type { InstallRequest } from './sources';
import { formatBytes, formatDuration, formatPercent } from './units';

/** How far an installation is, in words: "430 MB of 1.6 GB, 12 MB/s, 2 min left". */
export function progressText(
  progress: InstallProgress | null, label: string, { source, precision }: InstallRequest,
): string {
  if (!progress) return 'Starting…';
  switch (progress.phase) {
    case 'waiting':
      return `Another window is installing ${label}; waiting for it.`;
    case 'resolve':
      return source.kind === 'local' ? 'Looking at its files…' : 'Asking the Hub for its files…';
    case 'download': {
      const { doneBytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
      const parts = [`${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`];
      if (bytesPerSecond !== null) parts.push(`${formatBytes(bytesPerSecond)}/s`);
      if (secondsLeft !== null) parts.push(`${formatDuration(secondsLeft)} left`);
      return parts.join(', ');
    }
    case 'verify':
      return `Verifying: ${formatPercent(progress.fraction)}`;
    case 'convert':
      return `Converting to ${precision}: ${formatPercent(progress.fraction)}`;
    case 'check':
      return source.kind === 'known'
        ? `Checking against published numbers: ${formatPercent(progress.fraction)}`
        : `Checking that it works: ${formatPercent(progress.fraction)}`;
  }
}

/** Where each phase begins and ends on the bar. */
const SHARES = {
  download: { verify: [0.8, 0.85], convert: [0.85, 0.95], check: [0.95, 1] },
  local: { verify: [0, 0.1], convert: [0.1, 0.85], check: [0.85, 1] },
} as const;

/** How much of the whole installation is done, 0 to 1. */
export function overallFraction(progress: InstallProgress | null, { source }: InstallRequest): number {
  if (!progress || progress.phase === 'waiting' || progress.phase === 'resolve') return 0;
  if (progress.phase === 'download') {
    const { doneBytes, totalBytes } = progress;
    return totalBytes > 0 ? SHARES.download.verify[0] * Math.min(1, doneBytes / totalBytes) : 0;
  }
  const [start, end] = SHARES[source.kind === 'local' ? 'local' : 'download'][progress.phase];
  return start * (1 - progress.fraction) + end * progress.fraction;
}

/** The same for the status bar, where a few characters have to do. */
export function shortProgress(progress: InstallProgress | null): { icon: string; text: string } {
  switch (progress?.phase) {
    case undefined:
    case 'waiting':
    case 'resolve':
      return { icon: '$(loading~spin)', text: '' };
    case 'download': {
      const { doneBytes, totalBytes } = progress;
      return { icon: '$(cloud-download)', text: totalBytes > 0 ? formatPercent(doneBytes / totalBytes) : '' };
    }
    default:
      return { icon: '$(gear~spin)', text: formatPercent(progress!.fraction) };
  }
}

/** What the status bar tells of an installation. */
export function installNote(label: string, request: InstallRequest, progress: InstallProgress | null): InstallNote {
  const words = `Installing ${label} (${request.precision}): ${progressText(progress, label, request)}`;
  return { ...shortProgress(progress), words };
}

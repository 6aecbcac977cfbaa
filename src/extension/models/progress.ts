import * as vscode from 'vscode';
import type { InstallProgress } from '../../library/installation/types';
import type { InstallNote } from '../status';
import { formatBytes, formatDuration, formatPercent } from '../units';
import type { InstallRequest } from './installations';

/** How far an installation is, in words: "430 MB of 1.6 GB, 12 MB/s, 2 min left". */
export function progressText(
  progress: InstallProgress | null,
  label: string,
  { source, precision }: InstallRequest,
): string {
  if (!progress) return vscode.l10n.t('Starting…');
  switch (progress.phase) {
    case 'waiting':
      return vscode.l10n.t('Waiting: another VS Code window is installing {0}.', label);
    case 'resolve':
      return source.kind === 'local' ? vscode.l10n.t('Reading the files…') : vscode.l10n.t('Looking up the files…');
    case 'download': {
      const { doneBytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
      const parts = [vscode.l10n.t('{0} of {1}', formatBytes(doneBytes), formatBytes(totalBytes))];
      if (bytesPerSecond !== null) parts.push(vscode.l10n.t('{0}/s', formatBytes(bytesPerSecond)));
      if (secondsLeft !== null) parts.push(vscode.l10n.t('{0} left', formatDuration(secondsLeft)));
      return parts.join(', ');
    }
    case 'verify':
      return vscode.l10n.t('Verifying the files: {0}', formatPercent(progress.fraction));
    case 'convert':
      return vscode.l10n.t('Converting to {0}: {1}', precision, formatPercent(progress.fraction));
    case 'check':
      return source.kind === 'known'
        ? vscode.l10n.t('Comparing with published results: {0}', formatPercent(progress.fraction))
        : vscode.l10n.t('Testing the model: {0}', formatPercent(progress.fraction));
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

/** What the status bar tells of an installation, where a few characters have to do. */
export function installNote(label: string, request: InstallRequest, progress: InstallProgress | null): InstallNote {
  const words = vscode.l10n.t(
    'Installing {0} ({1}): {2}',
    label,
    request.precision,
    progressText(progress, label, request),
  );
  switch (progress?.phase) {
    case undefined:
    case 'waiting':
    case 'resolve':
      return { icon: '$(loading~spin)', text: '', words };
    case 'download': {
      const { doneBytes, totalBytes } = progress;
      return { icon: '$(cloud-download)', text: totalBytes > 0 ? formatPercent(doneBytes / totalBytes) : '', words };
    }
    default:
      return { icon: '$(gear~spin)', text: formatPercent(progress!.fraction), words };
  }
}

import * as vscode from 'vscode';

/** A size in decimal units as disks and downloads are sold: "430 MB", "1.6 GB". */
export function formatBytes(bytes: number): string {
  // What would round up to 1000 of a unit is told in the next one.
  const least = (unit: number): boolean => bytes >= unit * 0.9995;
  if (least(1e9)) return vscode.l10n.t('{0} GB', (bytes / 1e9).toFixed(bytes < 99.95e9 ? 1 : 0));
  if (least(1e6)) return vscode.l10n.t('{0} MB', (bytes / 1e6).toFixed(0));
  if (least(1e3)) return vscode.l10n.t('{0} kB', (bytes / 1e3).toFixed(0));
  return vscode.l10n.t('{0} bytes', Math.round(bytes));
}

/** A share of the whole, rounded down: nothing is complete before it is. */
export function formatPercent(fraction: number): string {
  return vscode.l10n.t('{0}%', Math.floor(Math.min(1, Math.max(0, fraction)) * 100));
}

/** How long something still takes, as exact as an estimate deserves: "40 s", "2 min", "1 h 5 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return vscode.l10n.t('a few seconds');
  if (seconds < 55) return vscode.l10n.t('{0} s', Math.round(seconds / 10) * 10);
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return vscode.l10n.t('{0} min', minutes);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? vscode.l10n.t('{0} h', hours) : vscode.l10n.t('{0} h {1} min', hours, rest);
}

const UNITS = [
  { bytes: 1e9, name: 'GB' },
  { bytes: 1e6, name: 'MB' },
  { bytes: 1e3, name: 'kB' },
] as const;

/** A size in decimal units as disks and downloads are sold: "430 MB", "1.6 GB". */
export function formatBytes(bytes: number): string {
  for (const unit of UNITS) {
    // What would round up to 1000 of a unit is told in the next one.
    if (bytes < unit.bytes * 0.9995) continue;
    const value = bytes / unit.bytes;
    return `${unit.name === 'GB' && value < 99.95 ? value.toFixed(1) : value.toFixed(0)} ${unit.name}`;
  }
  return `${Math.round(bytes)} bytes`;
}

/** A share of the whole, rounded down: nothing is complete before it is. */
export function formatPercent(fraction: number): string {
  return `${Math.floor(Math.min(1, Math.max(0, fraction)) * 100)} %`;
}

/** How long something still takes, as exact as an estimate deserves: "40 s", "2 min", "1 h 5 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return 'a few seconds';
  if (seconds < 55) return `${Math.round(seconds / 10) * 10} s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

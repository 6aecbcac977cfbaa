/** One figure. */
export interface Row {
  system: string;
  precision: string;
  measure: string;
  /** Tokens before, or of the prompt; null where there are none. */
  context: number | null;
  value: number;
  unit: string;
}

/** A system that could not be measured, or not wholly, and why. */
export interface Absence {
  system: string;
  precision: string;
  reason: string;
}

/** How the names of a typing session's measures begin. */
export const GHOST_TEXT = 'ghost text of 8 tokens';

const systemOf = ({ system, precision }: { system: string; precision: string }): string => `${system} ${precision}`;
const figureOf = ({ measure, context, unit }: Row): string => {
  // A typing session ends at whatever context its text has: that is no other figure.
  const isSession = measure.startsWith(GHOST_TEXT);
  return `${measure}${context === null || isSession ? '' : ` ${context}`}, ${unit}`;
};

function digits(value: number, unit: string): string {
  if (unit === '%') return value.toFixed(0);
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** A Markdown table, systems down and figures across, in the order in which the rows came. */
export function markdownTable(rows: readonly Row[]): string {
  const figures = [...new Set(rows.map(figureOf))];
  const lines = [...new Set(rows.map(systemOf))].map((system) => {
    const cells = figures.map((figure) => {
      const row = rows.find((it) => systemOf(it) === system && figureOf(it) === figure);
      return row === undefined ? '–' : digits(row.value, row.unit);
    });
    return [system, ...cells];
  });
  return [['system', ...figures], ['---', ...figures.map(() => '--:')], ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** How many times faster the first system is than the fastest of the others, by measure and context. */
export function ratio(
  rows: readonly Row[],
  measure: string,
  context: number,
  of: (row: Row) => boolean,
  than: (row: Row) => boolean,
): number | null {
  const at = rows.filter((row) => row.measure === measure && row.context === context);
  const mine = at.find(of);
  const theirs = at.filter(than).map(({ value }) => value);
  return mine === undefined || theirs.length === 0 ? null : mine.value / Math.max(...theirs);
}

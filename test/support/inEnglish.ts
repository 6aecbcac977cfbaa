import { english } from '../../src/modelFolder/phrase';
import type { CheckReport } from '../../src/protocol/installer';

/** What a self-check found, as a terminal shows it. */
export function inEnglish({ ok, lines, problems }: CheckReport): { ok: boolean; lines: string[]; problems: string[] } {
  return { ok, lines: lines.map(english), problems: problems.map(english) };
}

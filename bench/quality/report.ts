import type { Interval } from './statistics';
import type { SectionKind } from './text/prose';

/** What the writer saves and sees. Shares are from 0 to 1. */
export interface KeystrokeFigures {
  keystrokeSavings: { byWord: number; whole: number };
  /** Of the suggestions shown, those of which a word was accepted. */
  acceptanceRate: number;
  charactersPerAccepted: number;
  wrongShownPer100Words: number;
}

/** The figures of some of the text, with their 95 % intervals over documents. */
export interface SectionFigures extends KeystrokeFigures {
  bitsPerCharacter?: number;
  intervals: {
    bitsPerCharacter?: Interval;
    keystrokeSavings: { byWord: Interval; whole: Interval };
    acceptanceRate: Interval;
    charactersPerAccepted: Interval;
    wrongShownPer100Words: Interval;
  };
}

/** Of suggestions that the model worked for, from the key to the answer. */
export interface Latency {
  p50: number;
  p95: number;
}

/** The figures of one system; what it cannot do is missing. */
export interface Figures extends SectionFigures {
  latencyMs?: Latency;
  intervals: SectionFigures['intervals'] & { latencyMs?: Record<keyof Latency, Interval> };
  sections: Partial<Record<SectionKind, SectionFigures>>;
  /** Overlap of Describe Term's text with the reference answers, F1. */
  definitions?: { count: number; rouge1: number; rougeL: number; intervals: { rouge1: Interval; rougeL: Interval } };
}

export interface Report extends Figures {
  model: string;
  precision: string;
  seed: number;
  caution: number;
  /** How much text the figures are from. */
  text: { documents: number; characters: number; passages: number; passageCharacters: number };
  peers: { kneserNey5?: Figures; wordSuggestions?: Figures };
  /** What was left out, and why. */
  notes: string[];
}

const PEER_NAMES = { kneserNey5: 'Kneser–Ney 5-gram', wordSuggestions: 'VS Code word suggestions' } as const;

/** The report as tables for people. */
export function tables(report: Report): string {
  const systems: [string, Figures][] = [[`${report.model} (${report.precision})`, report]];
  for (const key of ['kneserNey5', 'wordSuggestions'] as const) {
    const peer = report.peers[key];
    if (peer) systems.push([PEER_NAMES[key], peer]);
  }
  const { documents, characters, passages, passageCharacters } = report.text;
  return [
    table(
      ['', 'bits per character', 'keys saved by word', 'keys saved whole', 'accepted', 'characters per accepted',
        'wrong shown per 100 words', 'latency p50 / p95'],
      systems.map(([name, figures]) => [
        name,
        within(figures.bitsPerCharacter, figures.intervals.bitsPerCharacter, number(3)),
        within(figures.keystrokeSavings.byWord, figures.intervals.keystrokeSavings.byWord, percent),
        within(figures.keystrokeSavings.whole, figures.intervals.keystrokeSavings.whole, percent),
        within(figures.acceptanceRate, figures.intervals.acceptanceRate, percent),
        within(figures.charactersPerAccepted, figures.intervals.charactersPerAccepted, number(1)),
        within(figures.wrongShownPer100Words, figures.intervals.wrongShownPer100Words, number(1)),
        figures.latencyMs === undefined
          ? '–'
          : `${figures.latencyMs.p50.toFixed(1)} / ${figures.latencyMs.p95.toFixed(1)} ms`,
      ]),
    ),
    '',
    `Bits per character over ${documents} documents (${characters} characters); keys over ${passages} passages ` +
      `(${passageCharacters} characters), seed ${report.seed}, caution ${report.caution}. ` +
      'In brackets: 95 % intervals over documents.',
    '',
    table(
      ['section', 'system', 'bits per character', 'keys saved by word', 'keys saved whole', 'accepted',
        'wrong shown per 100 words'],
      Object.keys(report.sections).flatMap((kind) =>
        systems.flatMap(([name, { sections }]) => {
          const figures = sections[kind as SectionKind];
          if (!figures) return [];
          return [[
            kind, name, within(figures.bitsPerCharacter, figures.intervals.bitsPerCharacter, number(3)),
            within(figures.keystrokeSavings.byWord, figures.intervals.keystrokeSavings.byWord, percent),
            percent(figures.keystrokeSavings.whole),
            percent(figures.acceptanceRate), number(1)(figures.wrongShownPer100Words),
          ]];
        }),
      ),
    ),
    '',
    table(
      ['definitions', 'count', 'ROUGE-1', 'ROUGE-L'],
      systems.flatMap(([name, { definitions }]) =>
        definitions === undefined
          ? []
          : [[
              name, String(definitions.count), within(definitions.rouge1, definitions.intervals.rouge1, number(3)),
              within(definitions.rougeL, definitions.intervals.rougeL, number(3)),
            ]],
      ),
    ),
    ...report.notes.flatMap((note) => ['', note]),
  ].join('\n');
}

const number = (digits: number) => (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(digits));
const percent = (value: number): string => (Number.isNaN(value) ? '–' : `${(100 * value).toFixed(1)} %`);

function within(value: number | undefined, interval: Interval | undefined, text: (value: number) => string): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  return interval === undefined ? text(value) : `${text(value)} [${text(interval[0])}, ${text(interval[1])}]`;
}

/** A Markdown table with aligned columns. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, 3, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

import type { Finishing, Healing } from './healing';
import type { Interval } from './statistics';
import { PLAIN, type Part } from './system';
import { SECTION_KINDS, type SectionKind } from './text/prose';

/** What the writer saves and sees. Shares are from 0 to 1. */
export interface KeystrokeFigures {
  keystrokeSavings: { byWord: number; whole: number };
  /** By word, less the time that reading the first word of every suggestion takes, in keys. */
  netSavings: number;
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
    netSavings: Interval;
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

/** What the product is worth without some of its parts. */
export interface PartFigures {
  without: Part[];
  figures: SectionFigures;
}

export interface Report extends Figures {
  model: string;
  precision: string;
  seed: number;
  caution: number;
  /** Parts of the product that were left out. */
  without: Part[];
  /** How much text the figures are from. */
  text: { documents: number; characters: number; passages: number; passageCharacters: number };
  peers: { kneserNey5?: Figures; wordSuggestions?: Figures };
  healing?: Healing;
  finishing?: Finishing;
  parts?: PartFigures[];
  /** What was left out, and why. */
  notes: string[];
}

const PEER_NAMES = { kneserNey5: 'Kneser–Ney 5-gram', wordSuggestions: 'VS Code word suggestions' } as const;

/** The report as tables for people. */
export function tables(report: Report): string {
  const systems: [string, Figures][] = [[report.model, report]];
  for (const key of ['kneserNey5', 'wordSuggestions'] as const) {
    const peer = report.peers[key];
    if (peer) systems.push([PEER_NAMES[key], peer]);
  }
  const { model, precision, seed, caution, without, text, notes } = report;
  return [
    figureTable(systems),
    `${model} (${precision}). Bits per character over ${text.documents} documents (${text.characters} characters), ` +
      `keys over ${text.passages} passages (${text.passageCharacters} characters), seed ${seed}, ` +
      `caution ${caution}. In brackets: 95 % intervals over documents.` +
      (without.length === 0 ? '' : ` Without ${without.join(', ')}.`),
    sectionTable(systems),
    definitionTable(systems),
    partTable(report.parts ?? []),
    healingLine(report.healing),
    finishingLine(report.finishing),
    ...notes,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function figureTable(systems: readonly (readonly [string, Figures])[]): string {
  const row = (
    name: string,
    text: (value: number) => string,
    pick: (figures: Figures) => readonly [number | undefined, Interval | undefined],
  ): string[] => [name, ...systems.map(([, figures]) => within(text, ...pick(figures)))];
  return table(
    ['', ...systems.map(([name]) => name)],
    [
      row('bits per character', number(3), (of) => [of.bitsPerCharacter, of.intervals.bitsPerCharacter]),
      row('keys saved by word', percent, (of) => [of.keystrokeSavings.byWord, of.intervals.keystrokeSavings.byWord]),
      row('keys saved whole', percent, (of) => [of.keystrokeSavings.whole, of.intervals.keystrokeSavings.whole]),
      row('by word, less reading', percent, (of) => [of.netSavings, of.intervals.netSavings]),
      row('accepted', percent, (of) => [of.acceptanceRate, of.intervals.acceptanceRate]),
      row('characters per accepted', number(1), (of) => [of.charactersPerAccepted, of.intervals.charactersPerAccepted]),
      row('wrong shown per 100 words', number(1), (of) => [
        of.wrongShownPer100Words,
        of.intervals.wrongShownPer100Words,
      ]),
      row('latency p50, ms', number(1), (of) => [of.latencyMs?.p50, of.intervals.latencyMs?.p50]),
      row('latency p95, ms', number(1), (of) => [of.latencyMs?.p95, of.intervals.latencyMs?.p95]),
    ],
  );
}

function sectionTable(systems: readonly (readonly [string, Figures])[]): string {
  const columns = ['bits per character', 'keys saved by word', 'whole', 'accepted', 'wrong per 100 words'];
  return table(
    ['section', 'system', ...columns],
    SECTION_KINDS.flatMap((kind) =>
      systems.flatMap(
        ([
          name,
          {
            sections: { [kind]: figures },
          },
        ]) => {
          if (!figures) return [];
          const { bitsPerCharacter, keystrokeSavings, acceptanceRate, wrongShownPer100Words, intervals } = figures;
          return [
            [
              kind,
              name,
              within(number(3), bitsPerCharacter, intervals.bitsPerCharacter),
              within(percent, keystrokeSavings.byWord, intervals.keystrokeSavings.byWord),
              percent(keystrokeSavings.whole),
              percent(acceptanceRate),
              number(1)(wrongShownPer100Words),
            ],
          ];
        },
      ),
    ),
  );
}

/** '' where nothing was described. */
function definitionTable(systems: readonly (readonly [string, Figures])[]): string {
  const rows = systems.flatMap(([name, { definitions }]) => {
    if (definitions === undefined) return [];
    const { count, rouge1, rougeL, intervals } = definitions;
    return [
      [name, String(count), within(number(3), rouge1, intervals.rouge1), within(number(3), rougeL, intervals.rougeL)],
    ];
  });
  return rows.length === 0 ? '' : table(['definitions', 'count', 'ROUGE-1', 'ROUGE-L'], rows);
}

/** '' where parts were not measured. */
function partTable(parts: readonly PartFigures[]): string {
  const whole = parts[0]?.figures;
  const plain = parts.find(({ without }) => isPlain(without))?.figures;
  if (!whole || !plain) return '';
  const rows = parts.map(({ without, figures: { keystrokeSavings, netSavings, ...figures } }) => [
    without.length === 0 ? 'everything' : `${isPlain(without) ? 'plain: ' : ''}without ${without.join(', ')}`,
    within(percent, keystrokeSavings.byWord, figures.intervals.keystrokeSavings.byWord),
    percent(keystrokeSavings.whole),
    within(percent, netSavings, figures.intervals.netSavings),
    percent(figures.acceptanceRate),
    within(number(1), figures.wrongShownPer100Words, figures.intervals.wrongShownPer100Words),
  ]);
  const saved = whole.keystrokeSavings.byWord / plain.keystrokeSavings.byWord;
  const net = whole.netSavings / plain.netSavings;
  const wrong = whole.wrongShownPer100Words / plain.wrongShownPer100Words;
  return [
    table(['parts', 'keys saved by word', 'whole', 'less reading', 'accepted', 'wrong shown per 100 words'], rows),
    `Everything against plain: ${saved.toFixed(2)} × the keys saved, ${net.toFixed(2)} × less reading, ` +
      `${wrong.toFixed(2)} × the wrong ones shown.`,
  ].join('\n\n');
}

function isPlain(without: readonly Part[]): boolean {
  return without.length === PLAIN.length && PLAIN.every((part) => without.includes(part));
}

function healingLine(healing: Healing | undefined): string {
  if (healing === undefined) return '';
  const { known, completed, tried } = healing;
  return (
    `Long terms completed by half their letters: ${completed} of ${known} (${percent(completed / known)}) that the ` +
    `model has among its five likeliest next words, out of ${tried}.`
  );
}

function finishingLine(finishing: Finishing | undefined): string {
  if (finishing === undefined) return '';
  const { unknown, completed, wrong, amongAlternatives } = finishing;
  return (
    `Long terms that the model does not have among these: ghost text completes ${completed} of ${unknown} ` +
    `(${percent(completed / unknown)}) by half their letters, and shows something else for ${wrong}. The right ending is among the suggestions to go ` +
    `through for ${amongAlternatives} (${percent(amongAlternatives / unknown)}).`
  );
}

const number =
  (digits: number) =>
  (value: number): string =>
    Number.isNaN(value) ? '–' : value.toFixed(digits);
const percent = (value: number): string => (Number.isNaN(value) ? '–' : `${(100 * value).toFixed(1)} %`);

function within(text: (value: number) => string, value: number | undefined, interval: Interval | undefined): string {
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

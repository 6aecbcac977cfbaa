import type { Information } from './bitsPerCharacter';
import { noEffort, type Acceptance, type Effort } from './keystrokes/writer';
import type { Overlap } from './overlap';
import { randomFor } from './random';
import type { Figures, KeystrokeFigures, Latency, SectionFigures } from './report';
import { bootstrapInterval, percentile, percentileIntervals, type Interval } from './statistics';
import { SECTION_KINDS, type SectionKind } from './text/prose';

/** What one document adds to a system's figures. */
export interface DocumentSums {
  information: Partial<Record<SectionKind, Information>>;
  efforts: Partial<Record<SectionKind, Record<Acceptance, Effort>>>;
}

/** The sums of a document over some kinds of sections. */
interface Totals extends Record<Acceptance, Effort> {
  information: Information;
}

const SUMS = ['characters', 'words', 'keys', 'shown', 'accepted', 'wrongShown', 'acceptedCharacters'] as const;
/**
 * Keys that one could press while reading a word: 238 words a minute (Brysbaert 2019, silent reading of English
 * non-fiction), 0.28 s a key (Card, Moran and Newell 1980, an average typist).
 */
const KEYS_PER_READ_WORD = 60 / 238 / 0.28;
/** The random stream of the resamples, apart from those that choose text. */
const BOOTSTRAP = 4;

/** A system's figures, whole and by section, with their intervals. */
export function figuresOf(documents: readonly DocumentSums[], overlaps: readonly Overlap[], seed: number): Figures {
  const measured = SECTION_KINDS.filter((kind) => documents.some(({ efforts }) => efforts[kind]));
  const latencies = documents.map(({ efforts }) =>
    SECTION_KINDS.flatMap((kind) => efforts[kind]?.byWord.latenciesMs ?? []),
  );
  const { intervals, ...figures } = sectionFigures(documents, SECTION_KINDS, seed);
  const latency = latencyFigures(
    latencies.filter(({ length }) => length > 0),
    seed,
  );
  return {
    ...figures,
    ...(latency && { latencyMs: latency.latencyMs }),
    intervals: { ...intervals, ...(latency && { latencyMs: latency.interval }) },
    sections: Object.fromEntries(measured.map((kind) => [kind, sectionFigures(documents, [kind], seed)])),
    ...(overlaps.length > 0 && { definitions: definitionFigures(overlaps, seed) }),
  };
}

/** Adds an effort to a sum. */
export function addEffort(sum: Effort, effort: Effort): void {
  for (const key of SUMS) sum[key] += effort[key];
  for (const latency of effort.latenciesMs) sum.latenciesMs.push(latency);
}

function sectionFigures(
  documents: readonly DocumentSums[],
  kinds: readonly SectionKind[],
  seed: number,
): SectionFigures {
  const totals = documents.map((document) => totalsOf(document, kinds));
  const written = totals.filter(({ byWord }) => byWord.characters > 0);
  const read = totals.filter(({ information }) => information.characters > 0);
  const interval = (figure: (keys: KeystrokeFigures) => number): Interval =>
    bootstrapInterval(written, (sample) => figure(keystrokeFigures(sample)), randomFor(seed, BOOTSTRAP));
  return {
    ...(read.length > 0 && { bitsPerCharacter: bitsPerCharacter(read) }),
    ...keystrokeFigures(written),
    intervals: {
      ...(read.length > 0 && {
        bitsPerCharacter: bootstrapInterval(read, bitsPerCharacter, randomFor(seed, BOOTSTRAP)),
      }),
      keystrokeSavings: {
        byWord: interval((keys) => keys.keystrokeSavings.byWord),
        whole: interval((keys) => keys.keystrokeSavings.whole),
      },
      netSavings: interval((keys) => keys.netSavings),
      acceptanceRate: interval((keys) => keys.acceptanceRate),
      charactersPerAccepted: interval((keys) => keys.charactersPerAccepted),
      wrongShownPer100Words: interval((keys) => keys.wrongShownPer100Words),
    },
  };
}

function bitsPerCharacter(documents: readonly Totals[]): number {
  let [bits, characters] = [0, 0];
  for (const { information } of documents) {
    bits += information.bits;
    characters += information.characters;
  }
  return bits / characters;
}

/** NaN where nothing was shown, or nothing accepted. */
function keystrokeFigures(documents: readonly Totals[]): KeystrokeFigures {
  const [byWord, whole] = [noEffort(), noEffort()];
  for (const document of documents) {
    addEffort(byWord, document.byWord);
    addEffort(whole, document.whole);
  }
  return {
    keystrokeSavings: { byWord: 1 - byWord.keys / byWord.characters, whole: 1 - whole.keys / whole.characters },
    netSavings: 1 - (byWord.keys + KEYS_PER_READ_WORD * byWord.shown) / byWord.characters,
    acceptanceRate: byWord.accepted / byWord.shown,
    charactersPerAccepted: byWord.acceptedCharacters / byWord.accepted,
    wrongShownPer100Words: (100 * byWord.wrongShown) / byWord.words,
  };
}

/** Without latencies, which would be copied with every resample. */
function totalsOf({ information, efforts }: DocumentSums, kinds: readonly SectionKind[]): Totals {
  const totals: Totals = { information: { bits: 0, characters: 0 }, byWord: noEffort(), whole: noEffort() };
  for (const kind of kinds) {
    totals.information.bits += information[kind]?.bits ?? 0;
    totals.information.characters += information[kind]?.characters ?? 0;
    const effort = efforts[kind];
    if (!effort) continue;
    addEffort(totals.byWord, { ...effort.byWord, latenciesMs: [] });
    addEffort(totals.whole, { ...effort.whole, latenciesMs: [] });
  }
  return totals;
}

function latencyFigures(
  byDocument: readonly (readonly number[])[],
  seed: number,
): { latencyMs: Latency; interval: Record<keyof Latency, Interval> } | undefined {
  if (byDocument.length === 0) return undefined;
  const all = byDocument.flat();
  const [p50, p95] = percentileIntervals(byDocument, [0.5, 0.95], randomFor(seed, BOOTSTRAP));
  return {
    latencyMs: { p50: percentile(all, 0.5), p95: percentile(all, 0.95) },
    interval: { p50: p50!, p95: p95! },
  };
}

function definitionFigures(overlaps: readonly Overlap[], seed: number): NonNullable<Figures['definitions']> {
  const mean =
    (which: keyof Overlap) =>
    (sample: readonly Overlap[]): number =>
      sample.reduce((sum, one) => sum + one[which], 0) / sample.length;
  return {
    count: overlaps.length,
    rouge1: mean('rouge1')(overlaps),
    rougeL: mean('rougeL')(overlaps),
    intervals: {
      rouge1: bootstrapInterval(overlaps, mean('rouge1'), randomFor(seed, BOOTSTRAP)),
      rougeL: bootstrapInterval(overlaps, mean('rougeL'), randomFor(seed, BOOTSTRAP)),
    },
  };
}

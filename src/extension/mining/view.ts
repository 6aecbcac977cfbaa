/* What the panel shows, in words. */
import * as vscode from 'vscode';
import { bestOf } from '../../mining/choices';
import type { FoundRelation } from '../../mining/foundRelations';
import type { MinedPassage } from './passage';
import type { Reading, ReadingProgress } from './reading';
import { asWritten, EXPORT_FORMATS, idOf, type ExportFormat, type Results, type Verdict } from './results';
import type { MiningKind } from './taskModel';

export type Phase = 'loading' | 'reading' | 'done' | 'stopped' | 'failed';

/** Everything the panel shows; sent whole each time, so that panel and host cannot drift apart. */
export interface MiningView {
  title: string;
  /** What was read, in a few words. */
  source: string;
  phase: Phase;
  /** One sentence on what is going on, was found, or went wrong; read out by screen readers. */
  status: string;
  progress: ReadingProgress | null;
  /** What a reader has to know of the reading, a sentence each. */
  notices: string[];
  /** The table; null for an answer. */
  table: TableView | null;
  /** Relations whose names the text doesn't hold. */
  apart: TableView | null;
  graph: GraphView | null;
  answer: AnswerView | null;
  /** On which rows are inserted and exported. */
  kept: string;
  canInsert: boolean;
  formats: { format: ExportFormat; label: string }[];
  /** Of the model. */
  provenance: string;
}

export interface TableView {
  caption: string;
  columns: ColumnView[];
  rows: RowView[];
}

export interface ColumnView {
  label: string;
  /** `long`: takes the room that is left. */
  kind: 'text' | 'long' | 'bar';
}

export interface RowView {
  id: string;
  /** A text for each column; of a bar its number, 0 to 1, or null. */
  cells: (string | number | null)[];
  /** Such as that the sentence may deny it; empty: none. */
  hint: string;
  verdict: Verdict | null;
  kept: boolean;
  /** What a screen reader says of the whole row. */
  label: string;
}

/** Names on the left act upon names on the right. */
export interface GraphView {
  label: string;
  left: string[];
  right: string[];
  edges: { row: string; from: number; to: number; label: string; weight: number; rejected: boolean }[];
}

export interface AnswerView {
  question: string;
  bars: { label: string; probability: number }[];
}

export interface ViewState {
  kind: MiningKind;
  passage: MinedPassage;
  results: Results;
  phase: Phase;
  progress: ReadingProgress | null;
  /** Instead of the sentence on what was found. */
  said: string | undefined;
  modelName: string;
  task: string;
  canInsert: boolean;
}

/** A graph of more would be a thicket. */
const MOST_EDGES = 24;

export function miningView(state: ViewState): MiningView {
  const { kind, passage, results, phase, progress, said, modelName, task, canInsert } = state;
  const { reading } = results;
  const rows = results.rowIds();
  const keptRows = rows.filter((id) => results.isKept(id)).length;
  const tables = tablesOf(results);
  return {
    title: titleOf(kind),
    source: sourceLabel(passage, results.text),
    phase,
    status: said ?? statusOf(state),
    progress: phase === 'reading' ? progress : null,
    notices: noticesOf(results),
    ...tables,
    graph: graphOf(results),
    answer:
      reading?.kind === 'answer'
        ? {
            question: reading.question,
            bars: reading.answers.map(({ answer, probability }) => ({ label: answer, probability })),
          }
        : null,
    kept:
      rows.length === 0
        ? ''
        : vscode.l10n.t('{0} of {1} rows will be inserted, copied, or exported.', keptRows, rows.length),
    canInsert: canInsert && (reading?.kind === 'answer' ? reading.answers.length > 0 : keptRows > 0),
    formats: (reading ? EXPORT_FORMATS[reading.kind] : []).map((format) => ({ format, label: FORMAT_NAMES[format] })),
    provenance: vscode.l10n.t('Model: {0} · Task: {1}', modelName, task),
  };
}

function titleOf(kind: MiningKind): string {
  switch (kind) {
    case 'answer':
      return vscode.l10n.t('Answer');
    case 'classes':
      return vscode.l10n.t('Sentence Classes');
    case 'relations':
      return vscode.l10n.t('Relations');
  }
}

/** Of an inserted table: one sentence. */
export function captionOf(reading: Reading | undefined, modelName: string): string {
  switch (reading?.kind) {
    case 'answer':
      return vscode.l10n.t('{0} Answered by the language model {1}.', reading.question, modelName);
    case 'classes':
      return vscode.l10n.t('Sentences classified by the language model {0}.', modelName);
    default:
      return vscode.l10n.t('Relations extracted by the language model {0}.', modelName);
  }
}

/* eslint-disable strings/user-text -- names that are the same in every language */
const FORMAT_NAMES: Readonly<Record<ExportFormat, string>> = {
  tsv: 'TSV',
  jsonl: 'JSON Lines',
  brat: 'brat',
  pubtator: 'PubTator',
  'bioc-json': 'BioC JSON',
  doccano: 'doccano',
  pubannotation: 'PubAnnotation',
};
/* eslint-enable strings/user-text */

function sourceLabel({ document, kind }: MinedPassage, text: string): string {
  const name = vscode.workspace.asRelativePath(document.uri);
  const length = text.length.toLocaleString(vscode.env.language);
  switch (kind) {
    case 'selection':
      return vscode.l10n.t('Selection in {0}, {1} characters', name, length);
    case 'abstract':
      return vscode.l10n.t('Abstract of {0}, {1} characters', name, length);
    case 'paragraph':
      return vscode.l10n.t('Paragraph in {0}, {1} characters', name, length);
  }
}

function statusOf({ phase, results }: ViewState): string {
  if (phase === 'loading') return vscode.l10n.t('Loading the model…');
  if (phase === 'reading') return vscode.l10n.t('Analyzing the text…');
  const found = foundStatus(results);
  return phase === 'stopped' ? vscode.l10n.t('Stopped. {0}', found) : found;
}

function foundStatus({ reading }: Results): string {
  switch (reading?.kind) {
    case 'relations': {
      const count = reading.relations.length;
      const apart = reading.relations.filter(({ evidence }) => !evidence.grounded).length;
      if (count === 0) return vscode.l10n.t('The model found no relations.');
      if (count === 1)
        return apart === 0
          ? vscode.l10n.t('1 relation found.')
          : vscode.l10n.t('1 relation found, but it is not in the text.');
      return apart === 0
        ? vscode.l10n.t('{0} relations found.', count)
        : vscode.l10n.t('{0} relations found ({1} not in the text).', count, apart);
    }
    case 'answer': {
      if (reading.answers.length === 0) return vscode.l10n.t('No answer.');
      return vscode.l10n.t('Most likely answer: {0}.', bestOf(reading.answers).answer);
    }
    case 'classes': {
      const count = reading.parts.length;
      return count === 1 ? vscode.l10n.t('1 sentence classified.') : vscode.l10n.t('{0} sentences classified.', count);
    }
    case undefined:
      return vscode.l10n.t('No results.');
  }
}

function noticesOf({ reading }: Results): string[] {
  if (!reading) return [];
  const notices = [vscode.l10n.t('A language model produced these results. Check them against the text.')];
  if (reading.cut)
    notices.push(
      vscode.l10n.t(
        'The text was too long for the model, so part of it was left out. Select a shorter passage and try again.',
      ),
    );
  if (reading.kind === 'answer' && reading.conclusion !== undefined) {
    notices.push(vscode.l10n.t('The model took this as the conclusion of the text: "{0}"', reading.conclusion));
  }
  return notices;
}

function tablesOf(results: Results): Pick<MiningView, 'table' | 'apart'> {
  const { reading, text } = results;
  if (reading?.kind === 'classes') {
    const columns: ColumnView[] = [
      { label: vscode.l10n.t('Sentence'), kind: 'long' },
      { label: vscode.l10n.t('Class'), kind: 'text' },
      { label: vscode.l10n.t('Probability'), kind: 'bar' },
    ];
    const rows = reading.parts.map(({ start, end, classes }) => {
      const { answer, probability } = bestOf(classes);
      const sentence = text.slice(start, end);
      const hint = classes
        .filter((each) => each.answer !== answer && each.probability >= 0.1)
        .map((each) => `${each.answer} ${Math.round(100 * each.probability)}%`)
        .join(', ');
      return rowView(results, String(start), [sentence, answer, probability], hint, `${answer}: ${sentence}`);
    });
    return { table: { caption: vscode.l10n.t('Sentence Classes'), columns, rows }, apart: null };
  }
  if (reading?.kind !== 'relations') return { table: null, apart: null };
  const named = new Set(reading.relations.map(({ relation }) => relation)).size > 1;
  const tableOf = (relations: readonly FoundRelation[], caption: string): TableView | null => {
    const [any] = relations;
    if (!any) return null;
    return {
      caption,
      columns: [
        { label: any.first.role, kind: 'text' },
        ...(named ? [{ label: vscode.l10n.t('Relation'), kind: 'text' as const }] : []),
        { label: any.second.role, kind: 'text' },
        { label: vscode.l10n.t('Probability'), kind: 'bar' },
        { label: vscode.l10n.t('Evidence'), kind: 'long' },
      ],
      rows: relations.map((relation) => relationRow(results, relation, named)),
    };
  };
  const [grounded, apart] = [true, false].map((is) =>
    reading.relations.filter(({ evidence }) => evidence.grounded === is),
  ) as [FoundRelation[], FoundRelation[]];
  return {
    table: tableOf(grounded, vscode.l10n.t('Relations')),
    apart: tableOf(apart, vscode.l10n.t('Not in the Text')),
  };
}

function relationRow(results: Results, found: FoundRelation, named: boolean): RowView {
  const { first, second, relation, probability, evidence } = found;
  const { text } = results;
  const sentences = evidence.sentences.map(({ start, end }) => text.slice(start, end)).join(' … ');
  const missing = [first, second].filter(({ mentions }) => mentions.length === 0).map(({ name }) => `"${name}"`);
  const proof = missing.length > 0 ? vscode.l10n.t('Not in the text: {0}', missing.join(', ')) : sentences;
  const hint = [
    ...(evidence.negated ? [vscode.l10n.t('The sentence may negate this relation.')] : []),
    ...(evidence.grounded && !evidence.sameSentence ? [vscode.l10n.t('No single sentence contains both names.')] : []),
  ].join(' ');
  const names = [asWritten(text, first), asWritten(text, second)] as const;
  return rowView(
    results,
    idOf(found),
    [withIds(names[0], first.ids), ...(named ? [relation] : []), withIds(names[1], second.ids), probability, proof],
    hint,
    [names[0], relation, names[1]].join(', '),
  );
}

function withIds(name: string, ids: readonly string[]): string {
  return ids.length === 0 ? name : `${name} (${ids.join(', ')})`;
}

function rowView(results: Results, id: string, cells: RowView['cells'], hint: string, label: string): RowView {
  return { id, cells, hint, verdict: results.verdictOf(id) ?? null, kept: results.isKept(id), label };
}

function graphOf(results: Results): GraphView | null {
  const { reading, text } = results;
  if (reading?.kind !== 'relations') return null;
  const shown = reading.relations
    .map((relation) => ({ relation, id: idOf(relation) }))
    .filter(({ relation }) => relation.evidence.grounded);
  if (shown.length < 2 || shown.length > MOST_EDGES) return null;
  const places = (side: string[], name: string): number => {
    const at = side.findIndex((each) => each.toLowerCase() === name.toLowerCase());
    return at >= 0 ? at : side.push(name) - 1;
  };
  const left: string[] = [];
  const right: string[] = [];
  const edges = shown.map(({ relation: { first, second, relation, probability }, id }) => ({
    row: id,
    from: places(left, asWritten(text, first)),
    to: places(right, asWritten(text, second)),
    label: relation,
    weight: probability ?? 0.5,
    rejected: results.verdictOf(id) === 'rejected',
  }));
  const label = vscode.l10n.t('Graph of {0} relations. The table lists them.', edges.length);
  return { label, left, right, edges };
}

import { bestOf } from '../../mining/choices';
import { wholeText, type SourceDocument } from '../../mining/document';
import { answerHeader, answerLine, classHeader, classLines } from '../../mining/formats/answers';
import type { MinedDocument } from '../../mining/formats/minedDocument';
import { RELATION_FILES, type RelationFile } from '../../mining/formats/relationFormats';
import { bratFiles } from '../../mining/formats/writers';
import type { FoundName, FoundRelation } from '../../mining/foundRelations';
import type { Span } from '../../mining/grounding/names';
import type { Reading } from './reading';
import type { Table } from './tableText';

/** What its user has said of a row. */
export type Verdict = 'accepted' | 'rejected';

/** Formats of files, those of relations first. */
export type ExportFormat = RelationFile | 'brat';

export const EXPORT_FORMATS: Readonly<Record<Reading['kind'], readonly ExportFormat[]>> = {
  relations: ['tsv', 'jsonl', 'brat', 'pubtator', 'bioc-json', 'doccano', 'pubannotation'],
  answer: ['tsv', 'jsonl'],
  classes: ['tsv', 'jsonl'],
};

/** A file of an export, by the end of its name. */
export interface ExportedFile {
  extension: string;
  text: string;
}

/** A reading, and what its user has said of its rows. */
export class Results {
  reading: Reading | undefined;
  /** What places count in. */
  readonly text: string;
  private readonly verdicts = new Map<string, Verdict>();

  constructor(readonly document: SourceDocument) {
    this.text = wholeText(document);
  }

  /** Names of the rows: the same for the same relation or part, however many are found later. */
  rowIds(): string[] {
    const { reading } = this;
    if (reading?.kind === 'relations') return reading.relations.map(idOf);
    if (reading?.kind === 'classes') return reading.parts.map(({ start }) => String(start));
    return [];
  }

  verdictOf(id: string): Verdict | undefined {
    return this.verdicts.get(id);
  }

  /** The same verdict a second time takes it back. */
  judge(id: string, verdict: Verdict): void {
    if (this.verdicts.get(id) === verdict) this.verdicts.delete(id);
    else this.verdicts.set(id, verdict);
  }

  /** Whether a row is inserted and exported: what was accepted; where nothing was, all that the text holds and nobody rejected. */
  isKept(id: string): boolean {
    const verdict = this.verdicts.get(id);
    if (verdict !== undefined) return verdict === 'accepted';
    if ([...this.verdicts.values()].includes('accepted')) return false;
    return this.reading?.kind !== 'relations' || this.relation(id)?.evidence.grounded === true;
  }

  relation(id: string): FoundRelation | undefined {
    return this.reading?.kind === 'relations' ? this.reading.relations.find((each) => idOf(each) === id) : undefined;
  }

  /** The places in the document's text that a row rests upon. */
  evidenceOf(id: string): { first: readonly Span[]; second: readonly Span[]; sentences: readonly Span[] } | undefined {
    const relation = this.relation(id);
    if (relation) {
      const { first, second, evidence } = relation;
      return { first: first.mentions, second: second.mentions, sentences: evidence.sentences };
    }
    if (this.reading?.kind !== 'classes') return undefined;
    const part = this.reading.parts.find(({ start }) => String(start) === id);
    return part && { first: [], second: [], sentences: [part] };
  }

  /** The rows that are kept, as a table to be inserted. @param headings of its columns */
  table(headings: TableHeadings): Table {
    const { reading, text } = this;
    if (reading?.kind === 'relations') {
      const kept = reading.relations.filter((each) => this.isKept(idOf(each)));
      const relation = new Set(reading.relations.map((each) => each.relation)).size > 1;
      const [first, second] = kept[0] ? rolesOf(kept[0]) : ['', ''];
      return {
        head: [first, ...(relation ? [headings.relation] : []), second, headings.probability],
        numbers: relation ? [3] : [2],
        rows: kept.map((each) => [
          asWritten(text, each.first),
          ...(relation ? [each.relation] : []),
          asWritten(text, each.second),
          each.probability === null ? '' : percent(each.probability),
        ]),
      };
    }
    if (reading?.kind === 'classes') {
      return {
        head: [headings.text, headings.class, headings.probability],
        numbers: [2],
        rows: reading.parts
          .filter(({ start }) => this.isKept(String(start)))
          .map(({ start, end, classes }) => {
            const { answer, probability } = bestOf(classes);
            return [text.slice(start, end), answer, percent(probability)];
          }),
      };
    }
    return {
      head: [headings.answer, headings.probability],
      numbers: [1],
      rows: (reading?.answers ?? []).map(({ answer, probability }) => [answer, percent(probability)]),
    };
  }

  /** The files of an export: one, or brat's two. */
  export(format: ExportFormat): ExportedFile[] {
    const { reading, document } = this;
    if (reading === undefined) return [];
    if (reading.kind === 'relations') {
      const relations = reading.relations.filter((each) => this.isKept(idOf(each)));
      const mined: MinedDocument = { document, relations, cut: reading.cut };
      if (format === 'brat') {
        const { text, annotations } = bratFiles(mined);
        return [
          { extension: 'ann', text: annotations },
          { extension: 'txt', text },
        ];
      }
      const form = RELATION_FILES[format];
      return [{ extension: EXTENSIONS[format], text: form.header + form.document(mined) + form.footer }];
    }
    const lines = format === 'jsonl' ? 'jsonl' : 'tsv';
    if (reading.kind === 'classes') {
      const kept = reading.parts.filter(({ start }) => this.isKept(String(start)));
      return [{ extension: lines, text: classHeader(lines) + classLines(lines, document, kept) }];
    }
    const { answers, question, cut } = reading;
    if (answers.length === 0) return [];
    const header = answerHeader(
      lines,
      answers.map(({ answer }) => answer),
    );
    return [{ extension: lines, text: header + answerLine(lines, { id: document.id, question, answers, cut }) }];
  }
}

/** The words of a table's head that are not the task's own. */
export interface TableHeadings {
  relation: string;
  probability: string;
  text: string;
  class: string;
  answer: string;
}

const EXTENSIONS: Readonly<Record<RelationFile, string>> = {
  tsv: 'tsv',
  jsonl: 'jsonl',
  pubtator: 'pubtator',
  'bioc-json': 'json',
  doccano: 'jsonl',
  pubannotation: 'json',
};

/** Columns of drugs and drugs need two names. */
function rolesOf({ first, second }: FoundRelation): [string, string] {
  return first.role === second.role ? [`${first.role} 1`, `${second.role} 2`] : [first.role, second.role];
}

/** As the text spells it first; models write small letters. */
export function asWritten(text: string, { name, mentions }: FoundName): string {
  const [mention] = mentions;
  return mention ? text.slice(mention.start, mention.end) : name;
}

export function percent(probability: number): string {
  const value = 100 * probability;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)}%`;
}

/** The same for the same relation, whichever piece of the text it was read from. */
export function idOf({ first, second, relation }: FoundRelation): string {
  return JSON.stringify([first.name, second.name, relation]).toLowerCase();
}

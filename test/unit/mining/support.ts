/** Relations that were found in documents of every odd kind, for what writes and reads files of them. */
import { documentAbbreviations } from '../../../src/glossary/documentAbbreviations';
import { wholeText, type SourceDocument } from '../../../src/mining/document';
import { foundRelations } from '../../../src/mining/foundRelations';
import type { MinedDocument } from '../../../src/mining/formats/minedDocument';
import { taskReader, type RelationTask } from '../../../src/mining/taskReader';

const DDI = taskReader({ id: 'ddi', lowerCase: true }) as RelationTask;

/** @param triples drug, other drug, and how the first acts upon the second */
function mined(document: SourceDocument, ...triples: readonly [string, string, string][]): MinedDocument {
  const text = triples.map(([a, b, relation]) => `the interaction between ${a} and ${b} is ${relation}`).join('; ');
  const known = {
    abbreviations: documentAbbreviations(wholeText(document)),
    identify: (name: string) => (name.toLowerCase() === 'warfarin' ? 'CHEBI:10033' : undefined),
  };
  const relations = foundRelations(DDI, document, { text }, known).filter(({ evidence }) => evidence.grounded);
  return { document, relations, cut: false };
}

export const MINED: readonly MinedDocument[] = [
  mined(
    {
      id: '101',
      title: '𝛼-Methyldopa and 𝛽-blockers: warfarin',
      text: 'Sodium nitroprusside\nand warfarin 𝛾.\nValproic\nacid raised warfarin.',
      mentions: [{ start: 0, end: 13, type: 'Drug', ids: ['D008750'] }],
    },
    ['α-methyldopa', 'warfarin', 'effect'],
    ['valproic acid', 'warfarin', 'partial agonist'],
    ['warfarin', 'sodium nitroprusside', 'int'],
    // Its words stand on both sides of the title's end.
    ['warfarin sodium', 'warfarin', 'int'],
  ),
  mined(
    { id: 'a|b c\td', title: '', text: 'Acetylsalicylic acid (ASA)\tand\u2028warfarin;\r\nASA with\x85warfarin | 5%.' },
    ['acetylsalicylic acid', 'warfarin', 'advise'],
  ),
  mined({ id: 'none', title: 'Only a title', text: '' }),
  mined({ id: 'last', title: 'Warfarin', text: 'IL-6 and warfarin: "quoted" \\ {}' }, [
    'il - 6',
    'warfarin',
    'mechanism',
  ]),
];

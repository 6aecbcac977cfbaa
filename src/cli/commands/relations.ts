import { Context } from '../../glossary/context';
import { documentAbbreviations } from '../../glossary/documentAbbreviations';
import { identifierOf } from '../../glossary/identifiers';
import { wholeText } from '../../mining/document';
import { foundRelations, type KnownNames } from '../../mining/foundRelations';
import type { MinedDocument } from '../../mining/formats/minedDocument';
import { RELATION_FILES, type RelationFile } from '../../mining/formats/relationFormats';
import { bratFiles } from '../../mining/formats/writers';
import type { RelationTask } from '../../mining/taskReader';
import { askGlossary, openGlossary } from '../glossaryFile';
import { forEachDocument, openInputs, openMiner, type OpenMiner, type MiningOptions } from '../mining/mineAll';
import { openFolder, openOutput } from '../mining/resumableOutput';
import type { MiningWork } from '../mining/taskModel';

export const RELATION_FORMATS = [...Object.keys(RELATION_FILES), 'brat'];

export interface RelationsOptions extends MiningOptions {
  format?: string;
  beams?: number;
  minProbability?: number;
  ungrounded: boolean;
  /** Whether the glossary is asked for identifiers; commander's default for `--no-identifiers` is true. */
  identifiers: boolean;
  /** A file, or the folder of the glossary that ships. */
  glossary: string;
}

export const EXTRACT_RELATIONS: MiningWork<RelationTask> = {
  words: 'extract relations',
  fits: (task): task is RelationTask => task.kind === 'relations',
};

export async function relations(paths: readonly string[], options: RelationsOptions): Promise<void> {
  const miner = await openMiner(options, EXTRACT_RELATIONS);
  try {
    await relationsBy(miner, paths, options);
  } finally {
    await miner.dispose();
  }
}

/** The same with a model that is open. */
export async function relationsBy(
  miner: OpenMiner<RelationTask>,
  paths: readonly string[],
  options: RelationsOptions,
): Promise<void> {
  const format = options.format ?? (options.json ? 'jsonl' : 'tsv');
  const { beams, minProbability = 0, ungrounded, out, resume } = options;
  const settings = {
    '--model': miner.dir,
    '--input-format': options.inputFormat,
    '--format': format,
    '--beams': beams,
    '--min-probability': options.minProbability,
    '--ungrounded': ungrounded,
    '--no-identifiers': !options.identifiers,
  };
  const { task } = miner;
  const namesOf = namesKnownTo(options);
  const inputs = await openInputs(paths, options);
  const mined = async (document: MinedDocument['document'], signal: AbortSignal): Promise<MinedDocument> => {
    const decoding = beams !== undefined && beams > 1 && ({ strategy: 'beam', beams } as const);
    const answer = await miner.mine({ source: task.source(document), ...(decoding && { decoding }) }, signal);
    const found = foundRelations(task, document, answer, namesOf(wholeText(document)));
    return {
      document,
      cut: answer.cut,
      relations: found.filter(
        ({ evidence, probability }) =>
          (ungrounded || evidence.grounded) && (probability === null || probability >= minProbability),
      ),
    };
  };
  if (format === 'brat') {
    const folder = await openFolder(out, { resume, settings });
    await forEachDocument(inputs, options, folder, mined, async (found, which, document) => {
      const { text, annotations } = bratFiles(found);
      await folder.addFiles(which, document.id, { txt: text, ann: annotations });
    });
    return;
  }
  const form = RELATION_FILES[format as RelationFile];
  const output = await openOutput(out, form, { resume, settings });
  await forEachDocument(inputs, options, output, mined, (found, which) => output.add(which, form.document(found)));
}

/** What is known of the names in a text. @throws Error before anything is mined, where the glossary can't be used */
function namesKnownTo({
  identifiers,
  glossary: path,
}: Pick<RelationsOptions, 'identifiers' | 'glossary'>): (text: string) => KnownNames {
  if (!identifiers) return (text) => ({ abbreviations: documentAbbreviations(text) });
  const glossary = askGlossary(path, () => openGlossary(path));
  askGlossary(path, () => glossary.has('disease'));
  return (text) => {
    const context = new Context(text);
    return {
      abbreviations: documentAbbreviations(text),
      identify: (name) => identifierOf(glossary, name, context),
    };
  };
}

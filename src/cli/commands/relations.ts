import { documentAbbreviations } from '../../glossary/documentAbbreviations';
import { wholeText } from '../../mining/document';
import { foundRelations } from '../../mining/foundRelations';
import type { MinedDocument } from '../../mining/formats/minedDocument';
import { RELATION_FILES, type RelationFile } from '../../mining/formats/relationFormats';
import { bratFiles } from '../../mining/formats/writers';
import type { RelationTask, TaskReader } from '../../mining/taskReader';
import { forEachDocument, openInputs, openMiner, type OpenMiner, type MiningOptions } from '../mining/mineAll';
import { openFolder, openOutput } from '../mining/resumableOutput';

export const RELATION_FORMATS = [...Object.keys(RELATION_FILES), 'brat'];

export interface RelationsOptions extends MiningOptions {
  format?: string;
  beams?: number;
  minProbability?: number;
  ungrounded: boolean;
}

const isRelations = (task: TaskReader): task is RelationTask => task.kind === 'relations';

export async function relations(paths: readonly string[], options: RelationsOptions): Promise<void> {
  const miner = await openMiner(options, isRelations, 'extract relations');
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
  const settings = [options.model, format, beams ?? 1, minProbability, ungrounded].join(' ');
  const { task } = miner;
  const inputs = await openInputs(paths, options);
  const mined = async (document: MinedDocument['document'], signal: AbortSignal): Promise<MinedDocument> => {
    const decoding = beams !== undefined && beams > 1 && ({ strategy: 'beam', beams } as const);
    const answer = await miner.mine({ source: task.source(document), ...(decoding && { decoding }) }, signal);
    const found = foundRelations(task, document, answer, documentAbbreviations(wholeText(document)));
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

import type { AddedToken } from '../../tokenizer/addedTokens';
import type { BioGptTensors } from '../checkpoint/bioGptTensors';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { BioGptConfig } from '../../modelFolder/checkpointConfig';
import type { ModelTask } from '../../modelFolder/modelTask';
import type { Phrase } from '../../modelFolder/phrase';
import type { Vocabulary } from '../checkpoint/vocabulary';

/** An opened and checked folder that a BioGPT model can be made from, whatever its form. Close the checkpoint. */
export interface SourceFolder {
  /** Absolute path. */
  dir: string;
  config: BioGptConfig;
  vocabulary: Vocabulary;
  /** Content of the model folder's `vocab.json`: ids by symbol, in Hugging Face's spelling. */
  vocabJson: string;
  /** Content of the model folder's `merges.txt`. */
  mergesText: string;
  /** The task that the folder declares. */
  declaredTask?: ModelTask;
  /** Where a fairseq checkpoint says that its training data lay, which names its task. */
  trainedOn?: string;
  /** Tokens beside the vocabulary that texts are cut at. */
  addedTokens: readonly AddedToken[];
  /** Ids of all tokens that were added behind the vocabulary, special ones such as `[PAD]` too. */
  addedIds: readonly number[];
  checkpoint: Checkpoint;
  tensors: BioGptTensors;
  /** What its reader should know, those of the tensors left out. */
  warnings: readonly Phrase[];
}

import type { AddedToken } from '../../tokenizer/addedTokens';
import type { BioGptTensors } from '../checkpoint/bioGptTensors';
import type { Checkpoint } from '../checkpoint/checkpoint';
import type { BioGptConfig } from '../../modelFolder/checkpointConfig';
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
<<<<<<< HEAD
  /** Where a fairseq checkpoint says that its training data lay, which names its task. */
  trainedOn?: string;
=======
  /** Tokens beside the vocabulary that texts are cut at. */
  addedTokens: readonly AddedToken[];
>>>>>>> 17843c5 (Models: added and padded vocabularies, tied weights under either name, every float type of torch, the harmless names of torch's own list, and configurations without defaults install; 44 such checkpoints give transformers' logits)
  checkpoint: Checkpoint;
  tensors: BioGptTensors;
  /** What its reader should know, those of the tensors left out. */
  warnings: readonly Phrase[];
}

import type { Architecture } from '../../modelFolder/format';
import { phrase } from '../../modelFolder/phrase';
import { BIOGPT_NUMBERS } from './biogptNumbers';
import type { KnownModel } from './knownModel';

const LARGE: Architecture = {
  hiddenSize: 1600,
  layers: 48,
  heads: 25,
  ffnSize: 6400,
  maxPositions: 2048,
  vocabSize: 57_717,
  scaleEmbedding: true,
};

/**
 * The BioGPT models that Microsoft has published on the Hub (https://github.com/microsoft/BioGPT, MIT),
 * pinned to the commits that brought their present files. The hashes of the weights are those the Hub
 * shows on the files' pages; small files without one here are verified by the Hub's own record of the
 * pinned commit.
 */
export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    id: 'biogpt',
    name: 'BioGPT',
    repo: 'microsoft/biogpt',
    revision: 'eb0d815e95434dc9e3b78f464e52b899bee7d923',
    licence: 'MIT',
    summary: phrase`For writing. Fast.`,
    architecture: {
      hiddenSize: 1024,
      layers: 24,
      heads: 16,
      ffnSize: 4096,
      maxPositions: 1024,
      vocabSize: 42_384,
      scaleEmbedding: true,
    },
    parameters: 346_763_264,
    downloadBytes: 1_562_400_000,
    files: [
      { path: 'config.json' },
      { path: 'vocab.json' },
      { path: 'merges.txt' },
      { path: 'pytorch_model.bin', sha256: '11b9d608003652a84595aecee376d5c09156779228639b0ecb147cafb43cd409' },
    ],
    published: BIOGPT_NUMBERS,
  },
  {
    id: 'biogpt-large',
    name: 'BioGPT-Large',
    repo: 'microsoft/BioGPT-Large',
    revision: 'c6a5136a91c5e3150d9f05ab9d33927a3210a22e',
    licence: 'MIT',
    summary: phrase`For writing. Slower, but knows more.`,
    architecture: LARGE,
    parameters: 1_571_188_800,
    downloadBytes: 6_287_000_000,
    files: [
      { path: 'config.json' },
      { path: 'vocab.json' },
      { path: 'merges.txt' },
      { path: 'pytorch_model.bin', sha256: 'd1753ea5af6449aaf63a105a59a619632b78cbfc2c294ba78f3164156af8c8bf' },
    ],
  },
  {
    id: 'biogpt-large-pubmedqa',
    name: 'BioGPT-Large-PubMedQA',
    repo: 'microsoft/BioGPT-Large-PubMedQA',
    // Later commits of the main branch change its README alone.
    revision: 'e0bd544e51806f0a9dbe60f78eef6251cfff725c',
    licence: 'MIT',
    summary: phrase`For text mining, not for writing.`,
    // Nine soft-prompt tokens, learned1 to learned9, come after BioGPT-Large's vocabulary.
    architecture: { ...LARGE, vocabSize: LARGE.vocabSize + 9 },
    parameters: 1_571_203_200,
    downloadBytes: 6_287_000_000,
    files: [
      { path: 'config.json' },
      { path: 'vocab.json' },
      { path: 'merges.txt' },
      { path: 'pytorch_model.bin', sha256: 'e4c7b87ba705e6102ac59bfae004a161fce5648893f8571ae4381e353842ad9e' },
    ],
  },
];

export { BioGptTokenizer, SPECIAL_IDS } from './bioGptTokenizer';
export type { TokenizerOptions } from './bioGptTokenizer';
export { detokenize } from './detokenizer';
export { IncrementalDecoder } from './incrementalDecoder';
export { mosesTokenize } from './moses';
export { normalizePunctuation } from './normalize';

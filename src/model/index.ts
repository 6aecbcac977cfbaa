/** From a Hugging Face checkpoint to a folder that runs. */
export { convert, QUANTIZATIONS, type Conversion, type ConvertOptions, type Quantization } from './convert';
export { ModelError } from './errors';
export {
  CHANNELS_FROM,
  MODEL_DESCRIPTION_FILE,
  MODEL_FORMAT_VERSION,
  PRECISIONS,
  type Architecture,
  type FileEntry,
  type ModelDescription,
  type Precision,
} from './format';
export { openModelFolder, verifyModelFolder, type ModelFolder } from './store';

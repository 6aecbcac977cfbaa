import type { LoadModelParams, ModelInfo } from '../protocol/decoder';
import type { DecoderProcess } from './decoder';
import type { ForkedDecoder } from './forkDecoder';

/** Loads a model: asks `loader` for one folder, or for another after the decoder has refused the first. */
export type LoadChosen = (loader: ModelLoader) => Promise<ModelInfo>;

export interface ModelLoader {
  load(modelDir: string): Promise<ModelInfo>;
  /** The process was told to end: that it fails to load says nothing about the model. */
  readonly stopping: boolean;
}

/** A decoder process that loads whichever model `loadChosen` asks for. */
export function withChosenModel(
  process: ForkedDecoder,
  options: Omit<LoadModelParams, 'modelDir'>,
  loadChosen: LoadChosen,
): DecoderProcess {
  let stopping = false;
  return {
    ...process,
    load: () =>
      loadChosen({
        load: (modelDir) => process.load({ modelDir, ...options }),
        get stopping() {
          return stopping;
        },
      }),
    stop() {
      stopping = true;
      process.stop();
    },
  };
}

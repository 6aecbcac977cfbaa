import { Catalogue } from '../../library/catalogue/catalogue';
import { HuggingFaceHub } from '../../library/hub/huggingFaceHub';
import { Interrupted, ModelInstaller } from '../../library/installation/modelInstaller';
import { ModelStore } from '../../library/installation/modelStore';
import { ProcessWorker } from '../../library/installation/installerProcess';
import type { Hold } from '../../library/installation/types';
import type { OriginSecrets } from '../originSecrets';
import type { ModelSettings } from '../settings';
import { worded } from '../wording';

/** Everything that manages models, as the settings are now. */
export interface ModelBackend {
  settings: ModelSettings;
  store: ModelStore;
  catalogue: Catalogue;
  /** Why a lab's own catalogue could not be read, so that the built-in one alone is used. */
  catalogueProblem: string | undefined;
  installer: ModelInstaller;
}

export interface BackendOptions {
  settings(): ModelSettings;
  tokens: OriginSecrets;
  /** Folder of this user's models. */
  modelsDir: string;
  /** The installer's bundle, `dist/installer.cjs`. */
  installerModule: string;
  log(line: string): void;
  /** Has our decoder let go of a model folder. */
  hold: Hold;
}

/** Why an installation ends with its window: the next one offers to go on. */
export function windowEnds(): Error {
  // eslint-disable-next-line strings/user-text -- nobody is left to read it
  return new Interrupted('The window was closed.');
}

/** Puts the parts together anew for each use: settings may have changed, and none of them holds anything. */
export async function openBackend(options: BackendOptions): Promise<ModelBackend> {
  const { modelsDir, installerModule, log } = options;
  const settings = options.settings();
  const store = new ModelStore(modelsDir, settings.sharedFolder || undefined);
  const { catalogue, catalogueProblem } = await readCatalogue(settings.catalogue);
  const hub = settings.allowDownloads
    ? // The editor replaces the global `fetch` with one that knows its proxy and certificate settings.
      new HuggingFaceHub({
        endpoint: settings.hubEndpoint,
        token: await options.tokens.of(settings.hubEndpoint),
        fetch: (...request: Parameters<typeof fetch>) => fetch(...request),
      })
    : null;
  const worker = new ProcessWorker(installerModule, (line) => log(`installer: ${line}`));
  const installer = new ModelInstaller({ store, catalogue, hub, worker, hold: options.hold, log });
  return { settings, store, catalogue, catalogueProblem, installer };
}

async function readCatalogue(file: string): Promise<Pick<ModelBackend, 'catalogue' | 'catalogueProblem'>> {
  if (file === '') return { catalogue: Catalogue.builtIn(), catalogueProblem: undefined };
  try {
    return { catalogue: await Catalogue.read(file), catalogueProblem: undefined };
  } catch (error) {
    return { catalogue: Catalogue.builtIn(), catalogueProblem: worded(error) };
  }
}

import { existsSync } from 'node:fs';
import { english } from '../../modelFolder/phrase';
import { join, resolve } from 'node:path';
import type { Precision } from '../../modelFolder/format';
import { Catalogue } from '../../library/catalogue/catalogue';
import { HuggingFaceHub } from '../../library/hub/huggingFaceHub';
import { ModelInstaller } from '../../library/installation/modelInstaller';
import { ModelStore } from '../../library/installation/modelStore';
import { ProcessWorker } from '../../library/installation/installerProcess';
import type { InstallProgress, InstalledModel, ModelSource } from '../../library/installation/types';
import { hubToken } from '../hubToken';
import { print } from '../output';

export interface ModelsOptions {
  folder: string;
  shared?: string;
  catalogue?: string;
  json: boolean;
}

export interface InstallModelOptions extends ModelsOptions {
  precision: Precision;
  endpoint: string;
  /** Seconds. */
  stall: number;
  offline: boolean;
  keepOriginal: boolean;
}

export const defaultEndpoint = process.env['HF_ENDPOINT'] ?? 'https://huggingface.co';

const PROGRESS_LINE_MS = 1000;

export async function listModels(options: ModelsOptions): Promise<void> {
  const store = storeOf(options);
  const { models, damaged } = await store.list();
  const unfinished = await store.unfinished();
  const known = (await catalogueOf(options)).models;
  await print(
    options.json,
    {
      models: models.map(summary),
      damaged: damaged.map(({ dir, error }) => ({ dir, problem: error.message })),
      unfinished,
      known: known.map(({ id, repo, revision }) => ({ id, repo, revision })),
    },
    () =>
      [
        ...models.map(
          ({ name, bytes, shared, description: { source } }) =>
            `${name}  ${megabytes(bytes)}  ${source}${shared ? '  (shared)' : ''}`,
        ),
        ...damaged.map(({ error }) => `damaged: ${error.message}`),
        ...unfinished.map(
          ({ key, doneBytes, totalBytes }) => `unfinished: ${key}  ${megabytes(doneBytes)} of ${megabytes(totalBytes)}`,
        ),
        `can be installed: ${known.map(({ id }) => id).join(', ')}, any owner/name on the Hugging Face Hub, or a file or folder`,
      ].join('\n'),
  );
}

/** @param source id of a known model, `owner/name[@revision]`, or a file or folder */
export async function installModel(source: string, options: InstallModelOptions): Promise<void> {
  const catalogue = await catalogueOf(options);
  const hub = options.offline
    ? null
    : new HuggingFaceHub({
        endpoint: options.endpoint,
        fetch,
        stallMs: 1000 * options.stall,
        token: await hubToken(options.endpoint, process.env),
      });
  const installer = new ModelInstaller({
    store: storeOf(options),
    catalogue,
    hub,
    worker: worker(),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const model = await interruptible((signal) =>
    installer.install(sourceOf(source, catalogue), {
      precision: options.precision,
      keepOriginal: options.keepOriginal,
      signal,
      onProgress: progressPrinter(),
      onUnverified: (files) => {
        const names = files.join(', ');
        process.stderr.write(
          `The server publishes no hash of ${names}: only the size of the files could be checked.\n`,
        );
      },
    }),
  );
  await print(options.json, summary(model), () => `${model.dir}: ${megabytes(model.bytes)}`);
}

export async function verifyModel(name: string, options: ModelsOptions): Promise<void> {
  const store = storeOf(options);
  const installer = new ModelInstaller({ store, catalogue: await catalogueOf(options), hub: null, worker: worker() });
  const model = await installed(store, name);
  const report = await interruptible((signal) => installer.verify(model, { signal }));
  const [lines, problems] = [report.lines.map(english), report.problems.map(english)];
  await print(options.json, { ok: report.ok, lines, problems }, () => lines.join('\n'));
  if (!report.ok) throw new Error(`${name} failed verification: ${problems.join(' ')}`);
}

export async function removeModel(name: string, options: ModelsOptions): Promise<void> {
  const store = storeOf(options);
  const model = await installed(store, name);
  await store.remove(model);
  await print(options.json, { removed: name, bytes: model.bytes }, () => `removed ${name} (${megabytes(model.bytes)})`);
}

function storeOf({ folder, shared }: ModelsOptions): ModelStore {
  return new ModelStore(resolve(folder), shared === undefined ? undefined : resolve(shared));
}

async function catalogueOf({ catalogue }: ModelsOptions): Promise<Catalogue> {
  return catalogue === undefined ? Catalogue.builtIn() : Catalogue.read(resolve(catalogue));
}

function worker(): ProcessWorker {
  // Beside the command line's own bundle.
  return new ProcessWorker(join(__dirname, 'installer.cjs'), (line) => void process.stderr.write(`${line}\n`));
}

async function installed(store: ModelStore, name: string): Promise<InstalledModel> {
  const model = await store.find(name);
  if (model) return model;
  const names = (await store.list()).models.map((each) => each.name).join(', ') || 'none';
  throw new Error(`There is no model "${name}" in ${store.root}. Installed: ${names}.`);
}

function sourceOf(text: string, catalogue: Catalogue): ModelSource {
  if (catalogue.find(text)) return { kind: 'known', id: text };
  const path = resolve(text);
  if (existsSync(path)) return { kind: 'local', path };
  const [repo, revision] = text.split('@') as [string, string | undefined];
  return { kind: 'hub', repo, ...(revision !== undefined && { revision }) };
}

/** Ctrl+C stops the work; what was downloaded stays for the next time. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stopped = new Error('Stopped. What was downloaded is kept. Run the command again to resume.');
  const onInterrupt = (): void => abort.abort(stopped);
  process.once('SIGINT', onInterrupt);
  try {
    return await work(abort.signal);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

function progressPrinter(): (progress: InstallProgress) => void {
  let phase = '';
  let at = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now - at < PROGRESS_LINE_MS) return;
    phase = progress.phase;
    at = now;
    process.stderr.write(`${describe(progress)}\n`);
  };
}

function describe(progress: InstallProgress): string {
  switch (progress.phase) {
    case 'waiting':
      return 'another program is installing this model; waiting for it';
    case 'resolve':
      return 'asking the Hub';
    case 'download': {
      const { doneBytes, totalBytes, bytesPerSecond, secondsLeft } = progress;
      const speed = bytesPerSecond === null ? '' : `, ${megabytes(bytesPerSecond)}/s`;
      const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
      return `download: ${megabytes(doneBytes)} of ${megabytes(totalBytes)}${speed}${left}`;
    }
    default:
      return `${progress.phase}: ${Math.round(progress.fraction * 100)}%`;
  }
}

function summary({ name, dir, bytes, shared, description }: InstalledModel): object {
  const { precision, origin, parameters } = description;
  return { name, dir, bytes, shared, precision, parameters, ...(origin && { origin }) };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

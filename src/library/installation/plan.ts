import { createHash } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { ModelOrigin } from '../../protocol/installer';
import type { Catalogue } from '../catalogue/catalogue';
import type { KnownModel } from '../catalogue/knownModel';
import { ModelError } from '../../modelFolder/modelError';
import type { ModelDescription, Precision } from '../../modelFolder/format';
import type { ModelSource } from './types';
import { phrase } from '../../modelFolder/phrase';

/** What installing a source at a precision amounts to; found without any network. */
export interface InstallPlan {
  /** Name of the model folder, unless a model of another source has it. */
  folderName: string;
  /** Name that no other source has. */
  ownFolderName: string;
  /** Names the lock and the download: one at a time. */
  key: string;
  /** What people read. */
  name: string;
  licence: string;
  sourceName: string;
  /** Of a source on this computer: tells it from another of the same name; the path itself is nobody else's business. */
  localSource?: string;
  known?: KnownModel;
  /** Of a source on the Hub. */
  repo?: string;
  revision?: string;
}

const DEFAULT_REVISION = 'main';
const REPO = /^[\w][\w.-]*\/[\w][\w.-]*$/;

/** @throws ModelError for a model that the catalogue doesn't know or a repository that is no `owner/name` */
export function planInstall(source: ModelSource, precision: Precision, catalogue: Catalogue): InstallPlan {
  if (source.kind === 'local') {
    const name = basename(source.path).replace(/\.(tgz|tar\.gz|tar)$/i, '') || 'model';
    const folderName = `${asFolderName(name)}-${precision}`;
    const localSource = shortHash(resolve(source.path));
    return {
      folderName,
      ownFolderName: `${asFolderName(name)}-${localSource}-${precision}`,
      key: `local-${folderName}`,
      name,
      licence: 'unknown',
      sourceName: basename(source.path),
      localSource,
    };
  }
  if (source.kind === 'known') {
    const known = catalogue.find(source.id);
    if (known === undefined) {
      const ids = catalogue.models.map(({ id }) => id).join(', ');
      throw new ModelError(source.id, phrase`is not in the catalog of models.`, phrase`Available: ${ids}.`);
    }
    const { id, name, licence, repo, revision } = known;
    return {
      folderName: `${id}-${precision}`,
      ownFolderName: `${id}-${shortHash(repo)}-${precision}`,
      key: downloadKey(repo, revision),
      name,
      licence,
      sourceName: `${repo} @ ${revision.slice(0, 7)}`,
      known,
      repo,
      revision,
    };
  }
  const { repo, revision = DEFAULT_REVISION } = source;
  if (!REPO.test(repo)) {
    throw new ModelError(
      repo,
      phrase`is not the name of a repository.`,
      phrase`Enter the name as owner/name, such as microsoft/biogpt.`,
    );
  }
  return {
    folderName: `${asFolderName(repo)}-${precision}`,
    ownFolderName: `${asFolderName(repo)}-${shortHash(repo)}-${precision}`,
    key: downloadKey(repo, revision),
    name: repo.slice(repo.indexOf('/') + 1),
    licence: 'unknown',
    sourceName: repo,
    repo,
    revision,
  };
}

/** Whether an installed model is this plan's own, made earlier; else it must not be replaced. */
export function isSameSource(plan: InstallPlan, { origin = {} }: Pick<ModelDescription, 'origin'>): boolean {
  const { known, repo, localSource } = plan;
  if (known !== undefined) return origin.knownModel === known.id;
  return repo === undefined ? origin.local === localSource : origin.repo === repo && origin.local === undefined;
}

/** Where a model came from: what `update` compares. */
export function originOf({ known, repo, localSource }: InstallPlan, commit: string | undefined): ModelOrigin {
  if (repo === undefined) return { ...(localSource !== undefined && { local: localSource }) };
  return { ...(known && { knownModel: known.id }), repo, ...(commit !== undefined && { revision: commit }) };
}

function downloadKey(repo: string, revision: string): string {
  const key = `${asFolderName(repo)}@${asFolderName(revision)}`;
  const plain = key === `${repo.replace('/', '--')}@${revision}` && !/--/.test(repo);
  return plain ? key : `${key}-${shortHash(`${repo}@${revision}`)}`;
}

/** Tells names apart that a folder's name can't: 8 hexadecimal digits. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** Letters, digits, dots, hyphens and underscores: fit for every file system. */
function asFolderName(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/\//g, '--')
      .replace(/[^a-z0-9._-]+/g, '-')
      .replace(/^[.-]+/, '') || 'model'
  );
}

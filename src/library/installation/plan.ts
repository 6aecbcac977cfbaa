import { basename } from 'node:path';
import type { ModelOrigin } from '../../protocol/installer';
import type { Catalogue } from '../catalogue/catalogue';
import type { KnownModel } from '../catalogue/knownModel';
import { ModelError } from '../../modelFolder/modelError';
import type { Precision } from '../../modelFolder/format';
import type { ModelSource } from './types';
import { phrase } from '../../modelFolder/phrase';

/** What installing a source at a precision amounts to; found without any network. */
export interface InstallPlan {
  /** Name of the model folder. */
  folderName: string;
  /** Names the lock and the download: one at a time. */
  key: string;
  /** What people read. */
  name: string;
  licence: string;
  sourceName: string;
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
    return { folderName, key: `local-${folderName}`, name, licence: 'unknown', sourceName: basename(source.path) };
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
    key: downloadKey(repo, revision),
    name: repo.slice(repo.indexOf('/') + 1),
    licence: 'unknown',
    sourceName: repo,
    repo,
    revision,
  };
}

/** Where a model came from: what `update` compares. */
export function originOf({ known, repo }: InstallPlan, commit: string | undefined): ModelOrigin | undefined {
  if (repo === undefined) return undefined;
  return { ...(known && { knownModel: known.id }), repo, ...(commit !== undefined && { revision: commit }) };
}

function downloadKey(repo: string, revision: string): string {
  return `${asFolderName(repo)}@${asFolderName(revision)}`;
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

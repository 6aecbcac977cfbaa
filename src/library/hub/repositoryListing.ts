import * as v from 'valibot';
import { CONFIG_FILE, isPartOfModel, LIKELY_FILES } from '../../modelFolder/checkpointFiles';
import { phrase } from '../../modelFolder/phrase';
import type { ExpectedFile } from '../../protocol/installer';
import type { HubListing } from '../installation/types';
import type { TransferTools } from './fetchFile';
import { fileMetadata } from './fileMetadata';
import { HubError } from './hubError';
import { metadataFetch } from './metadataFetch';

/*
 * What a repository holds, asked of servers that know the Hub's protocol in part. The Hub lists files with sizes and
 * hashes (`/tree/`); Artifactory and Nexus proxy or imitate what `huggingface_hub` needs for a download: the model's
 * information without parameters (`/revision/`), and the files' headers (`/resolve/`). A plain file server has the files
 * alone.
 */

const CHECK_ENDPOINT = phrase`Check the setting biogpt.hub.endpoint.`;
/** Pages of a listing, commits of a history: more means that a server goes round in circles. */
const MOST_PAGES = 200;

const COMMIT = /^[0-9a-f]{40}$/;
const HEX = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const Lfs = v.object({ oid: v.optional(v.string()), sha256: v.optional(v.string()), size: v.optional(size) });
const Sibling = v.object({
  rfilename: v.string(),
  size: v.optional(size),
  blobId: v.optional(v.string()),
  lfs: v.nullish(Lfs),
});
const Info = v.object({ sha: v.optional(v.string()), siblings: v.optional(v.array(Sibling)) });
const Tree = v.array(
  v.object({
    type: v.string(),
    path: v.string(),
    size: v.optional(size),
    oid: v.optional(v.string()),
    lfs: v.nullish(Lfs),
  }),
);
const Commits = v.array(v.object({ id: v.string() }));

/** A file, as far as a listing tells of it. */
type Listed = Pick<ExpectedFile, 'name'> & Partial<ExpectedFile>;

export class RepositoryListing {
  constructor(
    private readonly endpoint: string,
    private readonly repo: string,
    private readonly tools: TransferTools,
    private readonly signal?: AbortSignal,
  ) {}

  /**
   * The files at the root of the repository.
   * @param revision branch, tag, commit, or at least 7 hex digits of a commit
   * @throws HubError; the signal's reason
   */
  async read(revision: string): Promise<HubListing> {
    const { repo } = this;
    const [commit, names] = await this.resolve(revision);
    const at = commit ?? revision;
    const listed =
      (await this.orElse(() => this.tree(at))) ??
      (await this.orElse(() => this.blobs(at))) ??
      names?.map((name) => ({ name }));
    const files = listed === undefined ? await this.probe(at) : await this.completed(at, listed);
    return { repo, revision: at, files };
  }

  /** The commit that a revision names, and the files' names, as far as the server tells. */
  private async resolve(revision: string): Promise<[commit: string | undefined, names: string[] | undefined]> {
    const subject = `${this.endpoint}/${this.repo} at ${revision}`;
    if (/^[0-9a-f]{7,39}$/.test(revision)) return [await this.whole(revision, subject), undefined];
    let failure: HubError;
    try {
      const { sha, siblings } = await this.info(revision, '', subject);
      const names = siblings?.map(({ rfilename }) => rfilename);
      if (sha !== undefined && COMMIT.test(sha)) {
        if (!COMMIT.test(revision) || sha === revision) return [sha, names];
        throw new HubError(subject, phrase`the Hub returned a different commit (${sha})`, [CHECK_ENDPOINT]);
      }
      failure = new HubError(subject, phrase`the response does not specify a commit`, [CHECK_ENDPOINT]);
      if (names?.includes(CONFIG_FILE)) return [undefined, names];
    } catch (error) {
      if (!isGap(error)) throw error;
      failure = error;
    }
    // No such call, or no Hub at all: the files themselves decide.
    const commit = await this.probeConfig(revision, failure);
    return [commit ?? (COMMIT.test(revision) ? revision : undefined), undefined];
  }

  /** A whole commit by its first digits: the Hub looks up whole ones only. Most often the pinned one is the latest. */
  private async whole(digits: string, subject: string): Promise<string> {
    const { sha = '' } = await this.info('main', '', subject);
    if (sha.startsWith(digits)) return sha;
    for await (const { id } of this.pages(`commits/main`, '?limit=1000', Commits, subject)) {
      if (id.startsWith(digits)) return id;
    }
    throw new HubError(subject, phrase`the repository has no such commit`, [
      phrase`Choose another revision, or check the setting biogpt.hub.endpoint.`,
    ]);
  }

  private async info(revision: string, query: string, subject: string): Promise<v.InferOutput<typeof Info>> {
    const info = await this.json(`revision/${encodeURIComponent(revision)}${query}`, subject);
    const read = v.safeParse(Info, info);
    return read.success ? read.output : {};
  }

  /** By the Hub's own listing. */
  private async tree(revision: string): Promise<Listed[]> {
    const files: Listed[] = [];
    for await (const { type, path, size: bytes, oid, lfs } of this.pages(
      `tree/${encodeURIComponent(revision)}`,
      '',
      Tree,
      this.subject,
    )) {
      if (type === 'file' && !path.includes('/')) files.push(listed(path, bytes, oid, lfs));
    }
    if (files.length === 0) throw this.gap();
    return files;
  }

  /** By the model's information, if it has sizes. */
  private async blobs(revision: string): Promise<Listed[]> {
    const { siblings = [] } = await this.info(revision, '?blobs=true', this.subject);
    if (!siblings.some(({ size: bytes, lfs }) => (lfs?.size ?? bytes) !== undefined)) throw this.gap();
    return siblings
      .filter(({ rfilename }) => !rfilename.includes('/'))
      .map(({ rfilename, size: bytes, blobId, lfs }) => listed(rfilename, bytes, blobId, lfs));
  }

  /** What a listing leaves out is asked of the files themselves; files that no model needs are left out instead. */
  private async completed(revision: string, files: readonly Listed[]): Promise<ExpectedFile[]> {
    const whole: ExpectedFile[] = [];
    for (const { name, bytes, hash } of files) {
      if (bytes !== undefined && (hash !== undefined || !isPartOfModel(name))) {
        whole.push({ name, bytes, ...(hash && { hash }) });
      } else if (!name.includes('/') && isPartOfModel(name)) {
        const told = await this.metadata(revision, name);
        if (told === undefined) continue;
        const known = hash ?? told.hash;
        whole.push({ name, bytes: bytes ?? told.bytes, ...(known && { hash: known }) });
      }
    }
    return whole;
  }

  /** By asking for each file that a model may have. */
  private async probe(revision: string): Promise<ExpectedFile[]> {
    const files: ExpectedFile[] = [];
    const look = async (name: string): Promise<boolean> => {
      const told = await this.metadata(revision, name);
      if (told !== undefined) files.push({ name, bytes: told.bytes, ...(told.hash && { hash: told.hash }) });
      return told !== undefined;
    };
    for (const name of LIKELY_FILES) {
      if (!(await look(name)) || !name.endsWith('.index.json')) continue;
      for (const shard of await this.shards(revision, name)) await look(shard);
    }
    if (files.length > 0) return files;
    throw new HubError(this.subject, phrase`the server does not have this file or model`, [
      phrase`Check the names of the repository and the revision.`,
    ]);
  }

  private async shards(revision: string, index: string): Promise<string[]> {
    const fetched = await metadataFetch(this.subject, this.tools, this.signal)(this.fileUrl(revision, index));
    const read = v.safeParse(v.object({ weight_map: v.record(v.string(), v.string()) }), await fetched.json());
    return read.success ? [...new Set(Object.values(read.output.weight_map))].filter(isPartOfModel) : [];
  }

  /** Whether a server without the Hub's calls has the model's files: by its configuration. @throws `failure` if not */
  private async probeConfig(revision: string, failure: HubError): Promise<string | undefined> {
    const told = await this.orElse(() => this.metadata(revision, CONFIG_FILE));
    if (told === undefined) throw failure;
    const config: unknown = await this.orElse(async () => {
      const fetch = metadataFetch(this.subject, this.tools, this.signal);
      return (await fetch(this.fileUrl(revision, CONFIG_FILE))).json();
    });
    // Whatever is asked for, some servers answer with the same page.
    if (!v.is(v.object({ model_type: v.string() }), config)) throw failure;
    return told.commit;
  }

  private metadata(revision: string, name: string): ReturnType<typeof fileMetadata> {
    return fileMetadata(this.fileUrl(revision, name), this.tools, this.signal);
  }

  private fileUrl(revision: string, name: string): string {
    return fileUrl(this.endpoint, this.repo, revision, name);
  }

  /** The pages of a listing. Of the address of the next page only the parameters count: mirrors pass on the Hub's own. */
  private async *pages<T>(
    call: string,
    query: string,
    schema: v.GenericSchema<unknown, T[]>,
    subject: string,
  ): AsyncGenerator<T> {
    const seen = new Set<string>();
    for (let parameters = query; !seen.has(parameters) && seen.size < MOST_PAGES;) {
      seen.add(parameters);
      const response = await this.request(`${call}${parameters}`, subject);
      const read = v.safeParse(schema, await response.json());
      if (!read.success) throw this.gap();
      yield* read.output;
      const next = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
      if (next === undefined || !URL.canParse(next, this.endpoint)) return;
      parameters = new URL(next, this.endpoint).search;
    }
  }

  private async json(call: string, subject: string): Promise<unknown> {
    return (await this.request(call, subject)).json();
  }

  private request(call: string, subject: string): Promise<Response> {
    return metadataFetch(subject, this.tools, this.signal)(`${this.endpoint}/api/models/${this.repo}/${call}`);
  }

  private get subject(): string {
    return `${this.endpoint}/${this.repo}`;
  }

  private gap(): HubError {
    return new HubError(this.subject, phrase`the response is not one from a Hugging Face Hub`, [CHECK_ENDPOINT]);
  }

  /** Undefined where the server does not know a call. */
  private async orElse<T>(job: () => Promise<T>): Promise<T | undefined> {
    try {
      return await job();
    } catch (error) {
      if (isGap(error)) return undefined;
      throw error;
    }
  }
}

/** The address of a file that stays valid. */
export function fileUrl(endpoint: string, repo: string, revision: string, name: string): string {
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `${endpoint}/${repo}/resolve/${encodeURIComponent(revision)}/${path}`;
}

/** Whether a failure may only mean that a server does not know the call: not that it refuses, is away, or has no such model. */
function isGap(error: unknown): error is HubError {
  if (!(error instanceof HubError) || error.hubCode !== undefined) return false;
  const { status, retryable, reason } = error;
  if (retryable) return false;
  return status === undefined ? reason === undefined : ![401, 403, 407, 451].includes(status);
}

function listed(
  name: string,
  bytes: number | undefined,
  oid: string | undefined,
  lfs: v.InferOutput<typeof Lfs> | null | undefined,
): Listed {
  const sha256 = (lfs?.oid ?? lfs?.sha256 ?? '').replace(/^sha256:/, '').toLowerCase();
  const git = (oid ?? '').toLowerCase();
  // Without large-file storage a git object id of 40 digits; with SHA-256 repositories, of 64.
  const hash: ExpectedFile['hash'] | undefined = /^[0-9a-f]{64}$/.test(sha256)
    ? { algorithm: 'sha256', hex: sha256 }
    : !lfs && HEX.test(git) && git.length === 40
      ? { algorithm: 'git-sha1', hex: git }
      : undefined;
  const length = lfs?.size ?? bytes;
  return { name, ...(length !== undefined && { bytes: length }), ...(hash && { hash }) };
}

import { listCommits, listFiles, modelInfo } from '@huggingface/hub';
import type { ExpectedFile } from '../../protocol/installer';
import type { Hub, HubListing } from '../installation/types';
import { sleep, type Patience, type Sleep } from './backoff';
import { fetchFile, type TransferTools } from './fetchFile';
import { HubError } from './hubError';
import { metadataFetch } from './metadataFetch';
import { phrase } from '../../modelFolder/phrase';

export interface HuggingFaceHubParts {
  /** Base address of the Hub or of a mirror, such as `https://huggingface.co`. */
  endpoint: string;
  /** In VS Code the extension host's, which goes through its proxy and certificate settings. */
  fetch: typeof fetch;
  sleep?: Sleep;
  /** In [0, 1); spreads the pauses between tries. */
  random?: () => number;
  /** A connection on which nothing comes for so long is given up. */
  stallMs?: number;
}

/** Someone waits for the answer: a few tries within seconds. */
const METADATA_PATIENCE: Patience = { tries: 4, firstPauseMs: 300, longestPauseMs: 2000 };
/** A large file survives a network that is gone for about a minute. */
const FILE_PATIENCE: Patience = { tries: 9, firstPauseMs: 300, longestPauseMs: 20_000 };
const METADATA_STALL_MS = 30_000;
const FILE_STALL_MS = 60_000;

/** The file protocol of the Hugging Face Hub and of its mirrors. */
export class HuggingFaceHub implements Hub {
  readonly endpoint: string;
  private readonly metadata: TransferTools;
  private readonly files: TransferTools;

  constructor({ endpoint, fetch, sleep: wait = sleep, random = Math.random, stallMs }: HuggingFaceHubParts) {
    this.endpoint = endpoint.trim().replace(/\/+$/, '');
    const tools = { fetch, sleep: wait, random };
    this.metadata = { ...tools, patience: METADATA_PATIENCE, stallMs: stallMs ?? METADATA_STALL_MS };
    this.files = { ...tools, patience: FILE_PATIENCE, stallMs: stallMs ?? FILE_STALL_MS };
  }

  /**
   * The files at the root of a repository.
   * @param revision branch, tag, commit, or at least 7 hex digits of a commit
   */
  async list(repo: string, revision: string, signal?: AbortSignal): Promise<HubListing> {
    this.checkAddress(repo);
    const commit = await this.resolve(repo, revision, signal);
    const fetch = metadataFetch(`${this.endpoint}/${repo}`, this.metadata, signal);
    const files: ExpectedFile[] = [];
    for await (const { type, path, size, oid, lfs } of listFiles({
      repo,
      revision: commit,
      hubUrl: this.endpoint,
      fetch,
    })) {
      if (type !== 'file' || path.includes('/')) continue;
      const hash: ExpectedFile['hash'] = lfs
        ? { algorithm: 'sha256', hex: lfs.oid.toLowerCase() }
        : { algorithm: 'git-sha1', hex: (oid ?? '').toLowerCase() };
      const bytes = lfs?.size ?? size;
      if (!Number.isSafeInteger(bytes) || bytes < 0 || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hash.hex)) {
        throw new HubError(`${this.endpoint}/${repo}`, phrase`the Hub lists ${path} without a size or hash`, [
          phrase`Check the setting biogpt.hub.endpoint.`,
        ]);
      }
      files.push({ name: path, bytes, hash });
    }
    return { repo, revision: commit, files };
  }

  async fetchFile(
    { repo, revision }: HubListing,
    file: ExpectedFile,
    path: string,
    onBytes: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    this.checkAddress(repo);
    const name = file.name.split('/').map(encodeURIComponent).join('/');
    const url = `${this.endpoint}/${repo}/resolve/${revision}/${name}`;
    await fetchFile({ url, file, path, onBytes }, this.files, signal);
  }

  /** The commit that a revision names. */
  private async resolve(repo: string, revision: string, signal?: AbortSignal): Promise<string> {
    const subject = `${this.endpoint}/${repo} at ${revision}`;
    const fetch = metadataFetch(subject, this.metadata, signal);
    const hubUrl = this.endpoint;
    const commitOf = async (name: string): Promise<string> => {
      const { sha } = await modelInfo({ name: repo, revision: name, additionalFields: ['sha'], hubUrl, fetch });
      if (typeof sha === 'string' && /^[0-9a-f]{40}$/.test(sha)) return sha;
      throw new HubError(subject, phrase`the response does not specify a commit`, [
        phrase`Check the setting biogpt.hub.endpoint.`,
      ]);
    };
    if (!/^[0-9a-f]{7,40}$/.test(revision)) return commitOf(revision);
    if (revision.length < 40) {
      // The Hub looks up whole commits only. Most often the pinned one is the latest.
      const latest = await commitOf('main');
      if (latest.startsWith(revision)) return latest;
      for await (const { oid } of listCommits({ repo, hubUrl, fetch, batchSize: 1000 })) {
        if (oid.startsWith(revision)) return oid;
      }
      throw new HubError(subject, phrase`the repository has no such commit`, [
        phrase`Choose another revision, or check the setting biogpt.hub.endpoint.`,
      ]);
    }
    const commit = await commitOf(revision);
    if (commit === revision) return commit;
    throw new HubError(subject, phrase`the Hub returned a different commit (${commit})`, [
      phrase`Check the setting biogpt.hub.endpoint.`,
    ]);
  }

  /** @throws HubError for what is no address of a repository */
  private checkAddress(repo: string): void {
    if (!/^https?:\/\//i.test(this.endpoint) || !URL.canParse(this.endpoint)) {
      throw new HubError(`"${this.endpoint}"`, phrase`this is not the address of a Hugging Face Hub`, [
        phrase`Set biogpt.hub.endpoint to an address like https://huggingface.co.`,
      ]);
    }
    // As the Hub names repositories; nothing that could lead elsewhere on the server.
    if (!/^[\w-][\w.-]*(\/[\w-][\w.-]*)?$/.test(repo)) {
      throw new HubError(`"${repo}"`, phrase`this is not the name of a repository`, [
        phrase`Enter the name as owner/name, such as microsoft/biogpt.`,
      ]);
    }
  }
}

import type { ExpectedFile } from '../../protocol/installer';
import type { Hub, HubListing } from '../installation/types';
import { authorizedFetch, credentialFor } from './authorizedFetch';
import { sleep, type Patience, type Sleep } from './backoff';
import { fetchFile, type TransferTools } from './fetchFile';
import { HubError } from './hubError';
import { fileUrl, RepositoryListing } from './repositoryListing';
import { phrase } from '../../modelFolder/phrase';

export interface HuggingFaceHubParts {
  /** Base address of the Hub or of a mirror, such as `https://huggingface.co`. */
  endpoint: string;
  /** In VS Code the extension host's, which goes through its proxy and certificate settings. */
  fetch: typeof fetch;
  /** Access token for the endpoint's server; it is sent to no other. */
  token?: string | undefined;
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

  /** @throws HubError if the token can't be one */
  constructor({ endpoint, fetch, token, sleep: wait = sleep, random = Math.random, stallMs }: HuggingFaceHubParts) {
    this.endpoint = endpoint.trim().replace(/\/+$/, '');
    const credential = credentialFor(this.endpoint, token);
    const tools = {
      fetch: authorizedFetch(fetch, credential),
      hasToken: credential !== undefined,
      sleep: wait,
      random,
    };
    this.metadata = { ...tools, patience: METADATA_PATIENCE, stallMs: stallMs ?? METADATA_STALL_MS };
    this.files = { ...tools, patience: FILE_PATIENCE, stallMs: stallMs ?? FILE_STALL_MS };
  }

  /**
   * The files at the root of a repository.
   * @param revision branch, tag, commit, or at least 7 hex digits of a commit
   */
  async list(repo: string, revision: string, signal?: AbortSignal): Promise<HubListing> {
    this.checkAddress(repo);
    return new RepositoryListing(this.endpoint, repo, this.metadata, signal).read(revision);
  }

  async fetchFile(
    { repo, revision }: HubListing,
    file: ExpectedFile,
    path: string,
    onBytes: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    this.checkAddress(repo);
    const url = fileUrl(this.endpoint, repo, revision, file.name);
    await fetchFile({ url, file, path, onBytes }, this.files, signal);
  }

  /** @throws HubError for what is no address of a repository */
  private checkAddress(repo: string): void {
    if (!/^https?:\/\//i.test(this.endpoint) || !URL.canParse(this.endpoint)) {
      throw new HubError(`"${this.endpoint}"`, phrase`this is not the address of a Hugging Face Hub`, [
        phrase`Set biogpt.hub.endpoint to an address like https://huggingface.co.`,
      ]);
    }
    const { username, password } = new URL(this.endpoint);
    if (username !== '' || password !== '') {
      throw new HubError(`"${new URL(this.endpoint).host}"`, phrase`the address contains a user name or a password`, [
        phrase`Remove them from biogpt.hub.endpoint, and enter an access token with the command BioGPT: Set Access Token or as HF_TOKEN.`,
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

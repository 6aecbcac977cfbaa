import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExpectedFile } from '../../../../src/protocol/installer';
import { HubError } from '../../../../src/library/hub/hubError';
import { HuggingFaceHub } from '../../../../src/library/hub/huggingFaceHub';
import type { HubListing } from '../../../../src/library/installation/types';
import { TestHub, type TestHubOptions } from '../../../support/testHub/testHub';
import { randomNumbers } from '../../conversion/support/random';

export const REPO = 'lab/tiny';
/** In large-file storage, and too large to be verified in the extension host. */
export const LARGE_BYTES = 17 * 1024 * 1024 + 321;
/** In large-file storage, verified. */
export const SMALL_WEIGHTS_BYTES = 1_000_003;

/** A repository on a test Hub, a client of it, and a folder to download to. */
export class Fixture {
  readonly pauses: number[] = [];
  readonly hub: HuggingFaceHub;
  listing!: HubListing;

  private constructor(
    readonly root: string,
    readonly repo: string,
    readonly server: TestHub,
    stallMs: number | undefined,
  ) {
    this.hub = new HuggingFaceHub({
      endpoint: server.url,
      fetch,
      sleep: async (ms, signal) => {
        this.pauses.push(ms);
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      },
      random: () => 0.5,
      ...(stallMs !== undefined && { stallMs }),
    });
  }

  static async create(options: TestHubOptions & { stallMs?: number } = {}): Promise<Fixture> {
    const root = mkdtempSync(join(tmpdir(), 'biogpt-hub-'));
    const repo = mkdtempSync(join(root, 'repo-'));
    writeFileSync(join(repo, 'config.json'), '{"model_type": "biogpt"}');
    writeFileSync(join(repo, 'vocab.json'), randomBytes(150_001, 1));
    writeFileSync(join(repo, 'merges.txt'), randomBytes(70_000, 2));
    writeFileSync(join(repo, 'README.md'), '# Tiny');
    writeFileSync(join(repo, 'model.safetensors'), randomBytes(LARGE_BYTES, 3));
    writeFileSync(join(repo, 'pytorch_model.bin'), randomBytes(SMALL_WEIGHTS_BYTES, 4));
    const server = await TestHub.start(options);
    const fixture = new Fixture(root, repo, server, options.stallMs);
    await server.publish(REPO, repo);
    fixture.listing = await fixture.hub.list(REPO, 'main');
    return fixture;
  }

  file(name: string): ExpectedFile {
    return this.listing.files.find((file) => file.name === name)!;
  }

  /** Where `fetch` puts a file. */
  path(name: string): string {
    return join(this.root, name);
  }

  fetch(name: string, onBytes: (done: number) => void = () => undefined, signal?: AbortSignal): Promise<void> {
    return this.hub.fetchFile(this.listing, this.file(name), this.path(name), onBytes, signal);
  }

  async close(): Promise<void> {
    await this.server.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function randomBytes(length: number, seed: number): Buffer {
  const random = randomNumbers(seed);
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = (random() + 1) * 0x7fffffff;
  return Buffer.from(words.buffer, 0, length);
}

/** Asserts that a promise fails with a HubError whose message matches every pattern. */
export async function failsWith(promise: Promise<unknown>, retryable: boolean, ...patterns: RegExp[]): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof HubError, String(error));
    for (const pattern of patterns) assert.match(error.message, pattern);
    assert.equal(error.retryable, retryable, error.message);
    return true;
  });
}

/**
 * The messages between whoever installs a model and the installer process, which verifies, converts
 * and checks it: JSON-RPC 2.0 over the child process's IPC channel.
 */

import { ProgressType, RequestType } from 'vscode-jsonrpc';
import type { Decoding, Streamed } from './decoder';
import type { Failure, FailurePhrase } from './failure';

/** Numbers that the authors of a model, or of a reference implementation, have published for it. */
export interface PublishedNumbers {
  /** Where the numbers come from, in words. */
  source: string;
  /** Texts and the token ids they must become, the leading `</s>` (2) included. */
  encodings: { text: string; ids: number[] }[];
  logits: {
    /** Input, the leading `</s>` included. */
    ids: number[];
    /** Float32 logits by position and token id from 0 on: the first rows, the first columns. */
    values: number[][];
  }[];
  generations: {
    /** Input, the leading `</s>` included. */
    ids: number[];
    decoding: Decoding;
    /** Least length of input and output together in tokens (`transformers`' `min_length`). */
    minLength?: number;
    /** Most length of input and output together in tokens (`max_length`); default: as long as `newIds` make it. */
    maxLength?: number;
    /** The new tokens that must follow; the model may go on after them. */
    newIds: number[];
  }[];
}

/** A file that must be what its publisher named before anything reads it. */
export interface ExpectedFile {
  /** Name inside the source folder. */
  name: string;
  bytes: number;
  /**
   * Lower-case hex: of the content, or git's object id of it (`blob <bytes>\0` + content). Absent where the Hub publishes
   * none: then the size alone is compared.
   */
  hash?: { algorithm: 'sha256' | 'git-sha1'; hex: string };
}

/** Where an installed model came from, so that it can be told apart and updated. */
export interface ModelOrigin {
  /** Id in the catalogue of known models. */
  knownModel?: string;
  /** `owner/name` on the Hub. */
  repo?: string;
  /** Commit of the Hub's repository. */
  revision?: string;
  /** Of a model made from this computer's files: the beginning of the SHA-256 of their path. */
  local?: string;
}

export interface InstallJob {
  /** Absolute path: a Hugging Face folder, a folder with a fairseq checkpoint, or a `.tgz` of either. */
  source: string;
  /** Files of the source to be verified first. */
  expectedFiles: ExpectedFile[];
  /** Absolute path of the model folder to write; an older model there is replaced at the very end. */
  outDir: string;
  /** `Precision` of `src/modelFolder`. */
  precision: string;
  name: string;
  /** Where the weights came from, in words. */
  sourceName: string;
  licence: string;
  origin?: ModelOrigin;
  published?: PublishedNumbers;
  /** Known models whose weights a local source may turn out to be: it is then installed and checked as one. */
  candidates?: Candidate[];
}

/** A known model by its weights. */
export interface Candidate {
  /** Of the one file of weights. */
  sha256: string;
  name: string;
  licence: string;
  origin: ModelOrigin;
  published?: PublishedNumbers;
}

export type InstallStage = 'verify' | 'convert' | 'check';

export interface InstallStageProgress {
  stage: InstallStage;
  /** 0 to 1 */
  fraction: number;
}

export interface InstallResult {
  dir: string;
  /** Size of the model folder. */
  bytes: number;
  warnings: FailurePhrase[];
}

export interface CheckJob {
  /** Absolute path of a finished model folder. */
  modelDir: string;
  published?: PublishedNumbers;
}

/** What the self-check found; a failed check is an answer, not an error. */
export interface CheckReport {
  ok: boolean;
  /** One line per thing checked, for people: what was compared, what came out, what was allowed. */
  lines: FailurePhrase[];
  /** Those of them that failed. */
  problems: FailurePhrase[];
}

/** Streams `InstallProgressed`, as `Check` does. */
export const Install = new RequestType<Streamed<InstallJob>, InstallResult, Failure>('biogpt/installer/install');

/** Hashes, then numbers. */
export const Check = new RequestType<Streamed<CheckJob>, CheckReport, Failure>('biogpt/installer/check');

export const InstallProgressed = new ProgressType<InstallStageProgress>();

/**
 * Asked by the installer process before a model folder that is there is replaced: answered once nothing that the other
 * side knows of has it open, and nothing opens it before `Install` has been answered. Windows renames no folder whose files
 * are mapped.
 */
export const Release = new RequestType<{ modelDir: string }, null, Failure>('biogpt/installer/release');

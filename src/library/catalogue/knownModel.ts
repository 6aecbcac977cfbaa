import type { PublishedNumbers } from '../../protocol/installer';
import type { Architecture } from '../../modelFolder/format';
import type { Phrase } from '../../modelFolder/phrase';

/** A file of a known model, as its publisher has it. */
export interface KnownFile {
  path: string;
  /** Lower-case hex. Without it the Hub's own record of the pinned revision is what counts. */
  sha256?: string;
}

/** A model that BioGPT Writer knows by name: pinned, and checked after installation. */
export interface KnownModel {
  /** Lower-case letters, digits and hyphens; names the model's folder. */
  id: string;
  name: string;
  /** `owner/name` on the Hub. */
  repo: string;
  /** Commit; a prefix of at least 7 digits where the whole is not known. */
  revision: string;
  licence: string;
  /** What it is good for; a list shows some 36 characters of it. */
  summary: Phrase;
  architecture: Architecture;
  /** Unique parameters. */
  parameters: number;
  /** Size of all files to download, in bytes; may be rounded. */
  downloadBytes: number;
  files: readonly KnownFile[];
  published?: PublishedNumbers;
}

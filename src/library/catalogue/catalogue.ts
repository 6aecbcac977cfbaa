import { readFile } from 'node:fs/promises';
import { asModelError, ModelError } from '../../modelFolder/modelError';
import type { KnownModel } from './knownModel';
import { KNOWN_MODELS } from './knownModels';
import { CatalogueFile } from './catalogueSchema';
import { readJsonAs } from '../../modelFolder/outsideData';
import { phrase } from '../../modelFolder/phrase';

/**
 * The models that BioGPT Writer knows by name: Microsoft's three, and those a laboratory adds in a JSON
 * file of its own:
 *
 * ```json
 * {
 *   "models": [
 *     {
 *       "id": "our-biogpt",
 *       "name": "BioGPT of our laboratory",
 *       "repo": "our-laboratory/biogpt-rare-diseases",
 *       "revision": "0123456789abcdef0123456789abcdef01234567",
 *       "licence": "MIT",
 *       "summary": "Writes about rare diseases.",
 *       "architecture": {
 *         "hiddenSize": 1024, "layers": 24, "heads": 16, "ffnSize": 4096,
 *         "maxPositions": 1024, "vocabSize": 42384, "scaleEmbedding": true
 *       },
 *       "parameters": 346763264,
 *       "downloadBytes": 1390000000,
 *       "files": [
 *         { "path": "config.json" }, { "path": "vocab.json" }, { "path": "merges.txt" },
 *         { "path": "model.safetensors", "sha256": "…64 hex digits…" }
 *       ],
 *       "published": {
 *         "source": "our training run",
 *         "encodings": [{ "text": "COVID-19 is", "ids": [2, 4805, 9, 656, 21] }],
 *         "logits": [{ "ids": [2, 4805], "values": [[-9.5, -9.8], [-11.0, -9.6]] }],
 *         "generations": [{ "ids": [2, 4805], "decoding": { "strategy": "greedy" }, "newIds": [9, 656] }]
 *       }
 *     }
 *   ]
 * }
 * ```
 *
 * The keys are those of `KnownModel`; every one but `published` and a file's `sha256` is needed, and none
 * beyond them is allowed, so that a misspelt one shows. Ids are lower-case letters, digits and hyphens,
 * each only once, and none that is built in. `published` holds what the model must compute after
 * installation (`PublishedNumbers`); without it the self-check is a general one.
 */
export class Catalogue {
  private constructor(readonly models: readonly KnownModel[]) {}

  static builtIn(): Catalogue {
    return new Catalogue(KNOWN_MODELS);
  }

  /**
   * The built-in models and those of a file.
   * @throws ModelError if the file can't be read or breaks the format, naming the key
   */
  static async read(file: string): Promise<Catalogue> {
    let json: string;
    try {
      json = await readFile(file, 'utf8');
    } catch (error) {
      throw asModelError(file, error);
    }
    const read = readJsonAs(CatalogueFile, json);
    if (!read.ok) {
      throw new ModelError(file, read.problem, phrase`Correct the file, or clear the setting biogpt.model.catalogue.`);
    }
    return new Catalogue([...KNOWN_MODELS, ...read.value.models]);
  }

  find(id: string): KnownModel | undefined {
    return this.models.find((model) => model.id === id);
  }
}

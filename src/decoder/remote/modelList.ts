import { phrase } from '../../modelFolder/phrase';
import { isObject, NotOfDialect, refuseError } from './dialect';
import { ServerError } from './serverError';

/** A model that a server has, by `/v1/models`. */
export interface ListedModel {
  id: string;
  /** Longest text in tokens. */
  maxPositions?: number;
  vocabSize?: number;
  /** What kind of server it is, in its own words. */
  owner?: string;
}

/** @throws NotOfDialect */
export function readModelList(json: unknown): ListedModel[] {
  refuseError(json);
  const data = isObject(json) ? json['data'] : undefined;
  if (!Array.isArray(data)) throw new NotOfDialect();
  return data.map((entry): ListedModel => {
    if (!isObject(entry) || typeof entry['id'] !== 'string') throw new NotOfDialect();
    // llama.cpp tells of the network in `meta`.
    const meta = isObject(entry['meta']) ? entry['meta'] : {};
    const maxPositions = size(entry['max_model_len']) ?? size(meta['n_ctx_train']);
    const vocabSize = size(meta['n_vocab']);
    const owner = entry['owned_by'];
    return {
      id: entry['id'],
      ...(maxPositions !== undefined && { maxPositions }),
      ...(vocabSize !== undefined && { vocabSize }),
      ...(typeof owner === 'string' && { owner }),
    };
  });
}

/** The model that is to be used: the one named, or the only one. @throws ServerError */
export function chosenModel(models: readonly ListedModel[], name: string | undefined, host: string): ListedModel {
  const names = models.map(({ id }) => id).join(', ');
  if (name !== undefined) {
    const named = models.find(({ id }) => id === name);
    if (named) return named;
    throw ServerError.lacks(host, phrase`none of its models is called ${name} (${names})`);
  }
  const [only] = models;
  if (only === undefined) throw ServerError.lacks(host, phrase`it has no model`);
  if (models.length > 1) throw ServerError.lacks(host, phrase`none of its models was chosen (${names})`);
  return only;
}

function size(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
}

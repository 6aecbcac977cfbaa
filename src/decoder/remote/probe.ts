import type { Precision } from '../../modelFolder/format';
import { phrase, type Phrase } from '../../modelFolder/phrase';
import { logProbability } from '../generation/logProbability';
import type { Connection } from './connection';
import type { Dialect, ToldRow } from './dialect';
import { llamaCpp } from './llamaCpp';
import { chosenModel, readModelList, type ListedModel } from './modelList';
import { ModelServer, type Among, type Capabilities } from './server';
import { ServerError } from './serverError';
import { vllm } from './vllm';

/** The same model on this machine, which the server's is compared with. */
export interface Reference {
  name: string;
  precision: Precision;
  vocabSize: number;
  maxPositions: number;
  encode(text: string): number[];
  /** Next-token logits [vocab] at each position. */
  logits(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array[]>;
}

export interface Connected {
  server: ModelServer;
  /** What the server calls the model. */
  model?: string;
  /** What can't be done with it, in words. */
  lacks: Phrase[];
}

/** The one text that every vocabulary has: the token that begins and ends texts. */
const BEGINNING: readonly number[] = [2];
/** Tokens that the server writes by itself for the comparison. */
const WRITTEN = 24;
/** How many of the likeliest tokens are asked for: as many as vLLM tells by default; and with how many it goes. */
const TOPS = [20, 10];
/** Less likely tokens are not compared: rounded weights move them far. */
const LEAST_COMPARED = Math.log(1e-3);
/** Scored by both for the comparison; the kind of text that these models write. */
const TEXT =
  'Patients with type 2 diabetes were randomly assigned to receive metformin or placebo, and the primary outcome was the change in blood pressure after 24 weeks of treatment.';

/**
 * How far the server's ln p may be from this machine's in the mean. Measured on the starter's weights against fp32, over the tokens
 * that are compared: fp16 0.001, vLLM in bfloat16 0.02, int8 0.04, int4 0.35; with queries of another scale 1.3 and more. Both may be
 * rounded.
 */
const TOLERANCES: Record<Precision, number> = { fp32: 0.15, fp16: 0.15, int8: 0.2, int4: 0.7 };

/**
 * Finds out what a server can do, and proves that it computes with the same model. Until that is proved, no id is sent but one that
 * every vocabulary has: the server writes a text of its own first, whose probabilities are compared.
 * @param name what the server calls the model; absent: it has only one
 * @throws ServerError; the signal's reason
 */
export async function probe(
  connection: Connection,
  reference: Reference,
  name: string | undefined,
  signal?: AbortSignal,
): Promise<Connected> {
  const { host } = connection;
  const listed = await listedModel(connection, name, signal);
  if (listed?.vocabSize !== undefined && listed.vocabSize < reference.vocabSize) throw anotherModel(host, reference);
  const model = listed?.id ?? name;
  const maxPositions = Math.min(listed?.maxPositions ?? Infinity, reference.maxPositions);
  const dialects = listed?.owner === 'llamacpp' ? [llamaCpp] : [vllm(model), llamaCpp];
  const { dialect, top, rows } = await firstThatTells(connection, dialects, reference.vocabSize, signal);

  const written = rows.map(({ id }) => id);
  if (written.some((id) => id >= reference.vocabSize)) throw anotherModel(host, reference);
  const ours = await reference.logits([...BEGINNING, ...written.slice(0, -1)], signal);
  if (!agrees(rows, ours, reference)) throw anotherModel(host, reference);

  const at = (capabilities: Partial<Capabilities>): ModelServer => {
    const least = { top, among: 'none', scores: false, batches: false, maxPositions } as const;
    return new ModelServer(connection, dialect, { ...least, ...capabilities }, reference.vocabSize);
  };
  const batches = dialect.batches && (await takesSeveral(at({ batches: true }), written, ours, reference, signal));
  const among = await amongOf(at, rows, ours[0]!, reference, signal);
  const scores = await scoresText(at({ scores: true }), dialect, reference, host, signal);
  const lacks: Phrase[] = [];
  if (among === 'none') {
    lacks.push(
      phrase`The server does not tell how likely chosen tokens are: half-typed words are not finished, only whole words are suggested.`,
    );
  } else if (among === 'winner') {
    lacks.push(
      phrase`The server tells only the likeliest of chosen tokens: half-typed words are finished less reliably.`,
    );
  }
  if (!scores && among !== 'values') {
    lacks.push(phrase`The server does not tell how likely a given text is: questions and classes are not available.`);
  }
  if (maxPositions < reference.maxPositions) {
    lacks.push(
      phrase`The server reads at most ${maxPositions} tokens, although the model can read ${reference.maxPositions}.`,
    );
  }
  const server = at({ among, scores, batches });
  return { server, ...(model !== undefined && { model }), lacks };
}

/** undefined where the server has no list. */
async function listedModel(
  connection: Connection,
  name: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ListedModel | undefined> {
  try {
    const models = await connection.json({ path: 'models' }, readModelList, signal);
    return chosenModel(models, name, connection.host);
  } catch (error) {
    // A proxy may let nothing through but completions.
    if (error instanceof ServerError && error.code === 'serverRefused') return undefined;
    throw error;
  }
}

/** The first dialect in which the server tells tokens by their ids, and what it told. @throws ServerError */
async function firstThatTells(
  connection: Connection,
  dialects: readonly Dialect[],
  vocabSize: number,
  signal: AbortSignal | undefined,
): Promise<{ dialect: Dialect; top: number; rows: ToldRow[] }> {
  let refused: ServerError | undefined;
  for (const dialect of dialects) {
    for (const top of TOPS) {
      const capabilities = { top, among: 'none', scores: false, batches: false, maxPositions: WRITTEN + 1 } as const;
      const server = new ModelServer(connection, dialect, capabilities, vocabSize);
      const rows: ToldRow[] = [];
      try {
        for await (const { row } of server.ahead(BEGINNING, WRITTEN, signal)) rows.push(row);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused ??= error;
        continue;
      }
      if (rows.length > 0 && rows.every(({ known }) => known.size >= Math.min(top, vocabSize))) {
        return { dialect, top, rows };
      }
      refused ??= ServerError.lacks(
        connection.host,
        phrase`it does not tell the ${Math.min(...TOPS)} likeliest tokens at each place`,
      );
    }
  }
  if (refused?.code !== 'serverUnclear') throw refused!;
  throw ServerError.lacks(connection.host, phrase`it does not take and tell tokens by their IDs`);
}

/** How the server tells tokens that are asked for. */
async function amongOf(
  at: (capabilities: Partial<Capabilities>) => ModelServer,
  rows: readonly ToldRow[],
  ours: Float32Array,
  reference: Reference,
  signal: AbortSignal | undefined,
): Promise<Among> {
  // Tokens that it would not tell by itself, and that it has told elsewhere.
  const told = rows.slice(1).flatMap(({ known }) => [...known.keys()]);
  const ids = [...new Set(told)].filter((id) => !rows[0]!.known.has(id)).slice(0, 8);
  if (ids.length === 0) return 'none';
  for (const among of ['values', 'winner'] as const) {
    try {
      const { known } = await at({ among }).among(BEGINNING, ids, signal);
      const found = ids.filter((id) => known.has(id));
      if (found.length === 0) continue;
      const off = found.map((id) => Math.abs(known.get(id)! - logProbability(ours, id)));
      // These are unlikely ones, which rounded weights move further than others.
      if (mean(off) <= 4 * TOLERANCES[reference.precision]) return among;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  return 'none';
}

async function takesSeveral(
  server: ModelServer,
  written: readonly number[],
  ours: readonly Float32Array[],
  reference: Reference,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const texts = ours.slice(0, 2).map((_, i) => [...BEGINNING, ...written.slice(0, i)]);
  // The longer one first: an answer to one text alone is found out.
  const order = texts.length > 1 ? [1, 0] : [0, 0];
  try {
    const rows = await server.rows(
      order.map((i) => texts[i]!),
      signal,
    );
    return agrees(
      rows,
      order.map((i) => ours[i]!),
      reference,
    );
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

/** Whether the server scores texts. @throws ServerError if it does, and otherwise than the model */
async function scoresText(
  server: ModelServer,
  dialect: Dialect,
  reference: Reference,
  host: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (dialect.scoring === undefined) return false;
  const ids = reference.encode(TEXT).slice(0, server.capabilities.maxPositions);
  let told: number[];
  try {
    told = (await server.scores([ids], signal))[0]!;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
  const rows = await reference.logits(ids, signal);
  const off = told.map((value, i) => Math.abs(value - logProbability(rows[i]!, ids[i + 1]!)));
  if (!(mean(off) <= TOLERANCES[reference.precision])) throw anotherModel(host, reference);
  return true;
}

/** Whether what a server tells is what this machine computes. */
function agrees(
  rows: readonly Pick<ToldRow, 'known'>[],
  ours: readonly Float32Array[],
  { precision }: Reference,
): boolean {
  const off: number[] = [];
  for (const [at, { known }] of rows.entries()) {
    for (const [id, value] of known) {
      const own = logProbability(ours[at]!, id);
      if (Math.max(value, own) >= LEAST_COMPARED) off.push(Math.abs(value - own));
    }
  }
  return off.length > 0 && mean(off) <= TOLERANCES[precision];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whether a server has refused a request, or did not understand it, rather than failed to answer. */
function isRefusal(error: unknown): error is ServerError {
  return error instanceof ServerError && ['serverUnclear', 'serverRefused', 'serverFailed'].includes(error.code);
}

function anotherModel(host: string, { name }: Reference): ServerError {
  const problem = phrase`${host} computes with another model than ${name}, or not in the same way.`;
  const remedy = phrase`Serve ${name}, as "biogpt export" writes it, or choose the model that the server has.`;
  return new ServerError('wrongModel', host, problem, remedy);
}

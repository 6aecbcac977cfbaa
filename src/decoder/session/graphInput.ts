import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withChanged } from './protobufFields';

/** A graph as the runtime is given it. */
export interface GraphInput {
  /** Path of an ONNX file, whose weights lie beside it, or its bytes. */
  model: string | Uint8Array;
  /** Where the weights of a graph that is given as bytes lie. */
  weightsFolder?: string;
}

/** From a model to the names of the files that its tensors lie in; numbers of onnx.proto (github.com/onnx/onnx). */
const GRAPH = 7;
const INITIALIZER = 5;
const EXTERNAL_DATA = 13;
const VALUE = 2;

/**
 * How the runtime opens a graph. Since 1.24 ONNX Runtime refuses weights that a link leads to in another folder, as on a
 * second disk, in the cache of DVC, or in git-annex. Such a graph is given as bytes that name the file that the link leads
 * to, with that file's folder.
 * @param graphPath its weights are in the file of the same name with `.data`
 */
export async function graphInput(graphPath: string): Promise<GraphInput> {
  const name = `${basename(graphPath)}.data`;
  const folder = dirname(graphPath);
  const weights = await realpath(join(folder, name)).catch(() => undefined);
  // Without weights the runtime itself says what it lacks.
  if (weights === undefined || weights === join(await realpath(folder), name)) return { model: graphPath };
  const model = relocated(await readFile(graphPath), name, basename(weights));
  return { model, weightsFolder: dirname(weights) };
}

/** A model whose tensors lie in the file `to` in place of `from`. */
function relocated(model: Uint8Array, from: string, to: string): Uint8Array {
  const old = Buffer.from(from);
  // The other values of an entry are numbers.
  return withChanged(model, [GRAPH, INITIALIZER, EXTERNAL_DATA, VALUE], (value) =>
    old.equals(value) ? Buffer.from(to) : value,
  );
}

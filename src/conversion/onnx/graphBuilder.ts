import type { HashedFileWriter } from '../../modelFolder/hashedFile';
import {
  AttributeType,
  ElementType,
  encodeModel,
  EXTERNAL_LOCATION,
  type AttributeMessage,
  type ModelMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './schema';

const IR_VERSION = 10;
const OPSETS = [
  { domain: '', version: 21 },
  { domain: 'com.microsoft', version: 1 },
];

/** Domain of ONNX Runtime's own operators. */
export const MICROSOFT = 'com.microsoft';

/**
 * Offsets of external tensors are multiples of this, the allocation granularity of Windows, so that
 * the runtime can map them into memory on every system.
 */
const EXTERNAL_ALIGNMENT = 64 * 1024;

/** Integers are stored as INT, other numbers as FLOAT: write `float(1)` for a float that is whole. */
export type AttributeValue = number | string | { float: number };

/**
 * Collects nodes and initializers of one graph. Small tensors are kept in the graph; matrices are
 * streamed to the external data file as they come, so that memory never holds more than one.
 */
export class GraphBuilder {
  private readonly graph: ModelMessage['graph'];
  private readonly taken = new Set<string>();

  constructor(
    name: string,
    private readonly externalData: HashedFileWriter,
  ) {
    this.graph = { name, node: [], initializer: [], input: [], output: [] };
  }

  /** Declares a graph input. Dimensions that are names are free. */
  input(name: string, type: ElementType, shape: readonly (number | string)[]): string {
    this.graph.input.push(valueInfo(name, type, shape));
    return this.unique(name);
  }

  /** Declares a graph output; a node must produce the name. */
  output(name: string, type: ElementType, shape: readonly (number | string)[]): void {
    this.graph.output.push(valueInfo(name, type, shape));
  }

  /**
   * Adds a node.
   * @param inputs empty strings stand for inputs left out
   * @param outputs names of the outputs; empty strings for outputs not wanted
   * @returns the first output's name
   */
  node(
    opType: string,
    inputs: readonly string[],
    outputs: readonly [string, ...string[]],
    attributes: Record<string, AttributeValue> = {},
    domain = '',
  ): string {
    for (const output of outputs) if (output !== '') this.unique(output);
    this.graph.node.push({
      name: outputs[0],
      opType,
      domain,
      input: inputs,
      output: outputs,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return outputs[0];
  }

  /** A small tensor inside the graph. `data` is copied. */
  constant(name: string, type: ElementType, dims: readonly number[], data: ArrayBufferView): string {
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    this.graph.initializer.push({ name: this.unique(name), dims, dataType: type, rawData });
    return name;
  }

  /** The value of this name, written at its first use. */
  once(name: string, write: (name: string) => string): string {
    return this.taken.has(name) ? name : write(name);
  }

  floatConstant(name: string, dims: readonly number[], values: Float32Array): string {
    return this.constant(name, ElementType.float32, dims, values);
  }

  int64Constant(name: string, dims: readonly number[], values: readonly number[]): string {
    return this.constant(name, ElementType.int64, dims, BigInt64Array.from(values, BigInt));
  }

  /** A large tensor, streamed into the external data file. */
  async external(
    name: string,
    type: ElementType,
    dims: readonly number[],
    chunks: AsyncIterable<ArrayBufferView> | Iterable<ArrayBufferView>,
  ): Promise<string> {
    const file = this.externalData;
    const padding = (EXTERNAL_ALIGNMENT - (file.bytes % EXTERNAL_ALIGNMENT)) % EXTERNAL_ALIGNMENT;
    if (padding > 0) await file.write(new Uint8Array(padding));
    const offset = file.bytes;
    for await (const chunk of chunks) {
      await file.write(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    }
    const tensor: TensorMessage = {
      name: this.unique(name),
      dims,
      dataType: type,
      dataLocation: EXTERNAL_LOCATION,
      externalData: [
        { key: 'location', value: file.name },
        { key: 'offset', value: String(offset) },
        { key: 'length', value: String(file.bytes - offset) },
      ],
    };
    this.graph.initializer.push(tensor);
    return name;
  }

  /** A large tensor's bytes under another name and shape; they are stored once. */
  externalView(name: string, of: string, dims: readonly number[]): string {
    this.graph.initializer.push({ ...this.externalTensor(of), name: this.unique(name), dims });
    return name;
  }

  private externalTensor(name: string): TensorMessage {
    const tensor = this.graph.initializer.find((each) => each.name === name);
    if (tensor?.externalData !== undefined) return tensor;
    throw new Error(`The graph has no external tensor named "${name}".`);
  }

  /** Serialises the model. */
  encode(): Uint8Array {
    return encodeModel({
      irVersion: IR_VERSION,
      producerName: 'biogpt-writer',
      opsetImport: OPSETS,
      graph: this.graph,
    });
  }

  private unique(name: string): string {
    if (this.taken.has(name)) throw new Error(`The graph already has a value named "${name}".`);
    this.taken.add(name);
    return name;
  }
}

/** A FLOAT attribute. */
export function float(value: number): AttributeValue {
  return { float: value };
}

function attribute(name: string, value: AttributeValue): AttributeMessage {
  if (typeof value === 'string') return { name, type: AttributeType.string, s: new TextEncoder().encode(value) };
  if (typeof value === 'object') return { name, type: AttributeType.float, f: value.float };
  if (!Number.isSafeInteger(value)) throw new Error(`Attribute ${name}: ${value} is not an integer; use float().`);
  return { name, type: AttributeType.int, i: value };
}

function valueInfo(name: string, elemType: ElementType, shape: readonly (number | string)[]): ValueInfoMessage {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

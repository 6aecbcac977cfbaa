import { DTYPE_BYTES } from './elements';
import { DOWNLOAD_AGAIN, ModelError } from '../../modelFolder/modelError';
import { InertGlobal, PickleTuple, type PickleGlobal, type PickleObject, type PickleValue } from './pickleValue';
import { unpickle } from './unpickler';
import { phrase } from '../../modelFolder/phrase';

/** A storage of a torch archive: the entry `data/{key}`. */
export interface TorchStorage extends PickleObject {
  readonly pickleObject: 'a storage';
  key: string;
  dtype: string;
  /** Elements. */
  length: number;
}

/** A strided view of a storage, in elements. */
export interface TorchTensor extends PickleObject {
  readonly pickleObject: 'a tensor';
  storage: TorchStorage;
  offset: number;
  shape: readonly number[];
  strides: readonly number[];
}

/** torch's typed storages and their dtypes in safetensors' spelling. */
const STORAGES: Readonly<Record<string, string>> = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  DoubleStorage: 'F64',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

/** torch's dtypes, which name themselves where a storage is untyped. */
const DTYPES: Readonly<Record<string, string>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float64: 'F64',
  float8_e4m3fn: 'F8_E4M3',
  float8_e5m2: 'F8_E5M2',
  float8_e4m3fnuz: 'F8_E4M3FNUZ',
  float8_e5m2fnuz: 'F8_E5M2FNUZ',
  float8_e8m0fnu: 'F8_E8M0',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
};

/**
 * The other names that `torch.load` allows with `weights_only` (`_weights_only_unpickler.py`, `_get_allowed_globals`): they
 * name types, places and kinds of tensors, and do nothing. None is imported here: each stands for a value that no weight is.
 */
const HARMLESS: ReadonlyMap<string, RegExp> = new Map([
  ['collections', /^Counter$/],
  ['_codecs', /^encode$/],
  ['builtins', /^(bytearray|set|complex)$/],
  ['__builtin__', /^(bytearray|set|complex)$/],
  ['torch.serialization', /^_get_layout$/],
  ['torch.nn.parameter', /^(Parameter|Buffer)$/],
  [
    'torch._utils',
    /^_rebuild_(sparse_tensor|meta_tensor_no_storage|nested_tensor|wrapper_subclass|qtensor|device_tensor_from_(cpu_tensor|numpy))$/,
  ],
  [
    'torch',
    /^(device|Tensor|(Float|Half|BFloat16|Double|Long|Int|Short|Char|Byte|Bool)Tensor|complex(32|64|128)|q?u?int\d{1,2}(x\d)?|quint\d(x\d)?|float4_e2m1fn_x2|bits\w*|per_(tensor|channel)_(affine|symmetric)(_float_qparams)?|strided|sparse_\w+|contiguous_format|channels_last(_3d)?|preserve_format)$/,
  ],
]);

function harmless(module: string, name: string): PickleGlobal | undefined {
  return HARMLESS.get(module)?.test(name) === true ? new InertGlobal(`${module}.${name}`) : undefined;
}

/** Of a storage whose tensors tell their type themselves. */
const UNTYPED = 'untyped';

class DType implements PickleGlobal {
  constructor(
    readonly pickleName: string,
    readonly dtype: string,
  ) {}
}

class StorageType implements PickleGlobal {
  constructor(
    readonly pickleName: string,
    readonly dtype: string,
  ) {}
}

/** More names that a pickle may hold beside those of tensors; see `PickleOwner`. */
export type MoreNames = (module: string, name: string) => PickleGlobal | undefined;

/**
 * Reads the `data.pkl` of a state dict: what `torch.save(model.state_dict())` writes, and nothing
 * else.
 * @returns the tensors by name, in order; other entries are left out
 * @throws ModelError naming what is refused or damaged
 */
export function readStateDict(path: string, pickle: Uint8Array): Map<string, TorchTensor> {
  const tensors = tensorsOf(unpickleTorch(path, pickle));
  if (tensors.size === 0) {
    throw new ModelError(
      path,
      phrase`does not contain a state dict (a Python dictionary that maps names to tensors).`,
      phrase`Save the model with transformers' save_pretrained, or torch.save(model.state_dict(), …).`,
    );
  }
  return tensors;
}

/** The tensors among a dict's values, in order; none for anything but a dict. */
export function tensorsOf(value: PickleValue | undefined): Map<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  if (!(value instanceof Map)) return tensors;
  for (const [name, entry] of value) {
    if (typeof name === 'string' && isObject(entry, 'a tensor')) tensors.set(name, entry as TorchTensor);
  }
  return tensors;
}

/**
 * Unpickles a torch archive's `data.pkl` (`torch._utils._rebuild_tensor_v2`, `torch/serialization.py`).
 * @param moreNames default: tensors, and what `torch.load` allows with `weights_only`; every other name is refused
 * @throws ModelError naming what is refused or damaged
 */
export function unpickleTorch(path: string, pickle: Uint8Array, moreNames?: MoreNames): PickleValue {
  const damaged = (problem: string): never => {
    throw new ModelError(path, phrase`is damaged: its pickle (Python's storage format) ${problem}.`, DOWNLOAD_AGAIN);
  };

  const rebuildTensor = (args: readonly PickleValue[]): TorchTensor => {
    const [storage, offset, shape, strides] = args;
    if (!isObject(storage, 'a storage') || !isIndex(offset) || !isIndices(shape) || !isIndices(strides)) {
      return damaged('rebuilds a tensor from arguments that make no sense');
    }
    return {
      pickleObject: 'a tensor',
      storage: storage as TorchStorage,
      offset,
      shape: shape.items as number[],
      strides: strides.items as number[],
    };
  };
  const rebuildTyped = (args: readonly PickleValue[]): TorchTensor => {
    const tensor = rebuildTensor(args);
    return tensor.storage.dtype === UNTYPED ? damaged('rebuilds a tensor of no type') : tensor;
  };
  /** The storage's length is in bytes; the dtype follows the hooks. */
  const rebuildUntyped = (args: readonly PickleValue[]): TorchTensor => {
    const { storage, ...view } = rebuildTensor(args);
    const type = args[6];
    const bytes = type instanceof DType ? DTYPE_BYTES.get(type.dtype)! : 1;
    if (!(type instanceof DType) || storage.dtype !== UNTYPED || storage.length % bytes !== 0) {
      return damaged('rebuilds a tensor from arguments that make no sense');
    }
    return { ...view, storage: { ...storage, dtype: type.dtype, length: storage.length / bytes } };
  };
  /** `(function, type, args, state)`: a tensor with attributes, or of a class of its own. */
  const rebuildFromType = (args: readonly PickleValue[]): PickleValue => {
    const [rebuild, , given] = args;
    const known = [...globals.values()].find((global) => global === rebuild);
    if (!(given instanceof PickleTuple) || !known?.call) return damaged('rebuilds a tensor in an unknown way');
    return known.call(given.items);
  };
  const size = (args: readonly PickleValue[]): PickleTuple => {
    const [of = new PickleTuple([])] = args;
    return of instanceof PickleTuple
      ? of
      : new PickleTuple(Array.isArray(of) ? of : damaged('holds a size of no list'));
  };
  const rebuildParameter = (args: readonly PickleValue[]): TorchTensor =>
    isObject(args[0], 'a tensor') ? (args[0] as TorchTensor) : damaged('rebuilds a parameter from no tensor');
  const orderedDict = (args: readonly PickleValue[]): PickleValue =>
    args.length === 0 ? new Map() : damaged('fills an OrderedDict in an unknown way');

  const globals = new Map<string, PickleGlobal>();
  const allow = (global: PickleGlobal): void => void globals.set(global.pickleName, global);
  allow({ pickleName: 'collections.OrderedDict', call: orderedDict });
  allow({ pickleName: 'torch._utils._rebuild_tensor_v2', call: rebuildTyped });
  allow({ pickleName: 'torch._utils._rebuild_tensor', call: rebuildTyped });
  allow({ pickleName: 'torch._utils._rebuild_tensor_v3', call: rebuildUntyped });
  allow({ pickleName: 'torch._utils._rebuild_parameter', call: rebuildParameter });
  allow({ pickleName: 'torch._utils._rebuild_parameter_with_state', call: rebuildParameter });
  allow({ pickleName: 'torch._tensor._rebuild_from_type_v2', call: rebuildFromType });
  allow({ pickleName: 'torch.Size', call: size });
  allow(new StorageType('torch.storage.UntypedStorage', UNTYPED));
  for (const [name, dtype] of Object.entries(DTYPES)) allow(new DType(`torch.${name}`, dtype));
  for (const [name, dtype] of Object.entries(STORAGES)) allow(new StorageType(`torch.${name}`, dtype));

  return unpickle(pickle, {
    path,
    // Joined by a dot, a name with dots could pass for another; torch's names have none.
    resolve: (module, name) =>
      name.includes('.')
        ? undefined
        : (globals.get(`${module}.${name}`) ?? harmless(module, name) ?? moreNames?.(module, name)),
    persistent: (id) => {
      const [tag, type, key, , length] = id instanceof PickleTuple ? id.items : [];
      if (tag !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string' || !isIndex(length)) {
        return damaged('refers to something that is no storage');
      }
      return { pickleObject: 'a storage', key, dtype: type.dtype, length } satisfies TorchStorage;
    },
  });
}

function isObject(value: PickleValue | undefined, kind: PickleObject['pickleObject']): boolean {
  return typeof value === 'object' && value !== null && 'pickleObject' in value && value.pickleObject === kind;
}

function isIndex(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isIndices(value: PickleValue | undefined): value is PickleTuple {
  return value instanceof PickleTuple && value.items.every(isIndex);
}

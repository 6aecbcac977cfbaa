import { DOWNLOAD_AGAIN, ModelError } from '../../modelFolder/modelError';
import { PickleTuple, unpickle, type PickleGlobal, type PickleObject, type PickleValue } from './unpickler';
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
      phrase`does not contain a state dict (a dictionary that maps names to tensors).`,
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
 * @param moreNames default: tensors in dicts are all that is read, every other name is refused
 * @throws ModelError naming what is refused or damaged
 */
export function unpickleTorch(path: string, pickle: Uint8Array, moreNames?: MoreNames): PickleValue {
  const damaged = (problem: string): never => {
    throw new ModelError(path, phrase`its pickle ${problem}.`, DOWNLOAD_AGAIN);
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
  const rebuildParameter = (args: readonly PickleValue[]): TorchTensor =>
    isObject(args[0], 'a tensor') ? (args[0] as TorchTensor) : damaged('rebuilds a parameter from no tensor');
  const orderedDict = (args: readonly PickleValue[]): PickleValue =>
    args.length === 0 ? new Map() : damaged('fills an OrderedDict in an unknown way');

  const globals = new Map<string, PickleGlobal>();
  const allow = (global: PickleGlobal): void => void globals.set(global.pickleName, global);
  allow({ pickleName: 'collections.OrderedDict', call: orderedDict });
  allow({ pickleName: 'torch._utils._rebuild_tensor_v2', call: rebuildTensor });
  allow({ pickleName: 'torch._utils._rebuild_parameter', call: rebuildParameter });
  for (const [name, dtype] of Object.entries(STORAGES)) allow(new StorageType(`torch.${name}`, dtype));

  return unpickle(pickle, {
    path,
    allowsInert: moreNames !== undefined,
    // Joined by a dot, a name with dots could pass for another; torch's names have none.
    resolve: (module, name) =>
      name.includes('.') ? undefined : (globals.get(`${module}.${name}`) ?? moreNames?.(module, name)),
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

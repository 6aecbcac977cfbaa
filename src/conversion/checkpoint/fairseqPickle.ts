import { ModelError } from '../../modelFolder/modelError';
import { tensorsOf, unpickleTorch, type MoreNames, type TorchTensor } from './torchPickle';
import { InertGlobal, InertObject, type PickleGlobal, type PickleValue } from './pickleValue';
import { phrase } from '../../modelFolder/phrase';

/** A setting that is a plain value; others are left out. */
export type FairseqSetting = string | number | boolean | null;
export type FairseqSettings = ReadonlyMap<string, FairseqSetting>;

/** What counts in a fairseq checkpoint. */
export interface FairseqContent {
  /** The tensors of `model`, under fairseq's names. */
  tensors: Map<string, TorchTensor>;
  /** `cfg.model`, or `args` of older checkpoints; empty where there is neither. */
  model: FairseqSettings;
  /** `cfg.task`, or `args`. */
  task: FairseqSettings;
}

/** Modules of which every name may occur: settings, choices and meters. */
const INERT_PACKAGES = ['fairseq', 'omegaconf', 'typing'];

/** Other names that training settings, numpy numbers and optimizers' states consist of. */
const INERT_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    argparse: 'Namespace',
    builtins: 'set frozenset dict list tuple int float str bool bytes bytearray complex object slice type',
    collections: 'deque Counter',
    copyreg: '_reconstructor',
    datetime: 'datetime timedelta',
    _codecs: 'encode',
    'numpy.core.multiarray': 'scalar _reconstruct',
    numpy: 'dtype ndarray',
    operator: 'getitem',
    pathlib: 'Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath',
    torch: 'device Size dtype float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 bool',
  }).map(([module, names]) => [module, names.split(' ')]),
);

/** Names of Python 2's and numpy 2's modules → the ones above. */
const MODULE_ALIASES: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
  ['numpy._core.multiarray', 'numpy.core.multiarray'],
]);

const IDENTIFIER = /^[A-Za-z_]\w*$/;

/**
 * Reads the `data.pkl` of a training checkpoint (fairseq `Trainer.state_dict`): a dict of `args`,
 * `cfg`, `model`, `criterion`, `optimizer_history`, `task_state`, `extra_state` and perhaps
 * `last_optimizer_state`. Objects in it are read past as `InertObject`s.
 * @throws ModelError naming what is refused, damaged or missing
 */
export function readFairseqPickle(path: string, pickle: Uint8Array): FairseqContent {
  const root = unpickleTorch(path, pickle, inertNames());
  const entry = (name: string): PickleValue | undefined => (root instanceof Map ? root.get(name) : undefined);
  const tensors = tensorsOf(entry('model'));
  if (tensors.size === 0) {
    throw new ModelError(
      path,
      phrase`is not a fairseq checkpoint: it has no "model" entry with tensors.`,
      phrase`Use a checkpoint saved by fairseq-train.`,
    );
  }
  const cfg = membersOf(entry('cfg'));
  const args = plainMembers(entry('args'));
  const section = (name: string): FairseqSettings => (cfg.has(name) ? plainMembers(cfg.get(name)) : args);
  return { tensors, model: section('model'), task: section('task') };
}

/** Every name that is allowed beside the tensors' own, each standing for nothing. */
function inertNames(): MoreNames {
  const dict: PickleGlobal = { pickleName: 'collections.defaultdict', call: () => new Map() };
  return (module, name) => {
    const known = MODULE_ALIASES.get(module) ?? module;
    if (known === 'collections' && name === 'defaultdict') return dict;
    const allowed =
      INERT_PACKAGES.some((each) => known === each || known.startsWith(`${each}.`)) ||
      (INERT_NAMES.get(known)?.includes(name) ?? false);
    return allowed && IDENTIFIER.test(name) ? new InertGlobal(`${module}.${name}`) : undefined;
  };
}

/** Entries of a dict, an `argparse.Namespace` or an omegaconf `DictConfig`. */
function membersOf(value: PickleValue | undefined): ReadonlyMap<PickleValue, PickleValue> {
  if (value instanceof Map) return value;
  if (!(value instanceof InertObject)) return new Map();
  const content = value.attributes.get('_content');
  return content instanceof Map ? content : value.attributes;
}

function plainMembers(value: PickleValue | undefined): FairseqSettings {
  const members = new Map<string, FairseqSetting>();
  for (const [name, member] of membersOf(value)) {
    const plain = plainValue(member);
    if (typeof name === 'string' && plain !== undefined) members.set(name, plain);
  }
  return members;
}

/** The value itself, that of an omegaconf node, or that of an enumeration's member. */
function plainValue(value: PickleValue): FairseqSetting | undefined {
  // omegaconf's references to other settings, such as "${task.add_bos_token}", tell nothing by themselves.
  if (typeof value === 'string' && value.startsWith('${')) return undefined;
  if (value === null || typeof value !== 'object') return value;
  if (!(value instanceof InertObject)) return undefined;
  if (value.attributes.has('_val')) return plainValue(value.attributes.get('_val')!);
  const [only, ...others] = value.args;
  return typeof only === 'string' && others.length === 0 ? only : undefined;
}

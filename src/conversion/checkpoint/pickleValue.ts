import { phrase, type Phrase } from '../../modelFolder/phrase';

/* What a pickle holds, once it is read: data, names that are allowed, and what its owner's functions have made. */

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** `dict` or `OrderedDict`. */
export type PickleDict = Map<PickleValue, PickleValue>;

/** What an allowed name stands for: an opaque value, or a function that REDUCE may call. */
export interface PickleGlobal {
  readonly pickleName: string;
  call?(args: readonly PickleValue[]): PickleValue;
}

/** A value made by the owner's functions, opaque to the unpickler. */
export interface PickleObject {
  readonly pickleObject: string;
}

/** Stands for an object that is not made. */
export class InertObject implements PickleObject {
  /** What BUILD has set, by name; never looked up to be called. */
  readonly attributes: PickleDict = new Map();

  constructor(
    /** Of its class or of the function that would have made it. */
    readonly pickleObject: string,
    readonly args: readonly PickleValue[] = [],
  ) {}
}

/** Stands for a class or function that is not imported: calling it makes an `InertObject`. */
export class InertGlobal implements PickleGlobal {
  constructor(readonly pickleName: string) {}

  call(args: readonly PickleValue[]): InertObject {
    return new InertObject(this.pickleName, args);
  }
}

export type PickleValue =
  null | boolean | number | string | PickleTuple | PickleValue[] | PickleDict | PickleGlobal | PickleObject;

export function isGlobal(value: PickleValue): value is PickleGlobal {
  return typeof value === 'object' && value !== null && 'pickleName' in value;
}

/** What a value is, in words. */
export function kindOf(value: PickleValue): Phrase | string {
  if (value === null) return 'None';
  if (value instanceof PickleTuple) return phrase`a tuple`;
  if (value instanceof Map) return phrase`a dict`;
  if (Array.isArray(value)) return phrase`a list`;
  if (typeof value === 'object') return 'pickleName' in value ? value.pickleName : value.pickleObject;
  return typeof value === 'string' ? phrase`a string` : phrase`a number, true, or false`;
}

import { InvalidArgumentError } from 'commander';

/** Parses an option's whole number. */
export function integer(minimum: number): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < minimum) {
      throw new InvalidArgumentError(`expected a whole number of at least ${minimum}`);
    }
    return number;
  };
}

/** Parses an option's number. */
export function real(minimum: number, maximum = Infinity): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (value.trim() === '' || !Number.isFinite(number) || number < minimum || number > maximum) {
      throw new InvalidArgumentError(
        maximum === Infinity
          ? `expected a number of at least ${minimum}`
          : `expected a number from ${minimum} to ${maximum}`,
      );
    }
    return number;
  };
}

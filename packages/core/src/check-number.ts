/** Throws a RangeError that names the field unless `value` is a whole number in [min, max]. */
export const requireWhole = (name: string, value: number, min: number, max: number): number => {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`);
  }
  return value;
};

/** Throws a RangeError that names the field unless `value` is a number of at least `min`; Infinity passes. */
export const requireAtLeast = (name: string, value: number, min: number): number => {
  if (!(value >= min)) throw new RangeError(`${name} must be at least ${min}, not ${value}`);
  return value;
};

import { codedError, shown } from '../sys/errors'

/** The longest timeout that Node's timers know, too. @internal */
export const LONGEST_TIMEOUT = 0x7fffffff

/** @internal */
export function wrongType(name: string, expected: string, value: unknown, kind = 'option'): Error {
  return codedError(
    new TypeError(`The "${name}" ${kind} must be ${expected}. Received ${shown(value)}`),
    'ERR_INVALID_ARG_TYPE',
  )
}

/** @internal */
export function outOfRange(name: string, expected: string, value: unknown, kind = 'option'): Error {
  return codedError(
    new RangeError(`The "${name}" ${kind} must be ${expected}. Received ${shown(value)}`),
    'ERR_OUT_OF_RANGE',
  )
}

/** Refuses what is no object of options. @internal */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw wrongType('options', 'an object', options, 'argument')
  }
}

/** An integer option within its range, or `fallback`. @internal */
export function integerOption<T extends number | undefined>(
  value: unknown,
  name: string,
  minimum: number,
  maximum: number,
  fallback: T,
): number | T {
  if (value === undefined) return fallback
  if (typeof value !== 'number') throw wrongType(name, 'an integer', value)
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw outOfRange(name, `an integer from ${String(minimum)} to ${String(maximum)}`, value)
  }
  return value
}

/** A string option, or `fallback`. @internal */
export function stringOption<T extends string | undefined>(
  value: unknown,
  name: string,
  fallback: T,
): string | T {
  if (value === undefined) return fallback
  if (typeof value !== 'string') throw wrongType(name, 'a string', value)
  return value
}

/** A boolean option, or `fallback`. @internal */
export function booleanOption<T extends boolean | undefined>(
  value: unknown,
  name: string,
  fallback: T,
): boolean | T {
  if (value === undefined) return fallback
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean', value)
  return value
}

/** An option that is a function. @internal */
export function functionOption<F>(value: F | undefined, name: string): F | undefined {
  if (value !== undefined && typeof value !== 'function') throw wrongType(name, 'a function', value)
  return value
}

/** Milliseconds of an option that the kernel takes in seconds: rounded up, never to 0. @internal */
export function secondsOption(
  value: unknown,
  name: string,
  minimum: number,
  maximum: number,
): number | undefined {
  const ms = integerOption(value, name, minimum, maximum, undefined)
  return ms === undefined ? undefined : Math.ceil(ms / 1000)
}

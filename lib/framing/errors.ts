// Of its own, and without the floors below: framing works without the addon, on any stream of bytes.

/** An error of this library's own, known by its stable `code` (docs/errors.md). @internal */
export function coded<E extends Error>(error: E, code: string): E & { code: string } {
  return Object.assign(error, { code })
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

/** @internal */
export function wrongType(name: string, kind: string, expected: string, value: unknown): Error {
  return coded(
    new TypeError(`The "${name}" ${kind} must be ${expected}. Received ${shown(value)}`),
    'ERR_INVALID_ARG_TYPE',
  )
}

/** @internal */
export function outOfRange(name: string, kind: string, expected: string, value: unknown): Error {
  return coded(
    new RangeError(`The "${name}" ${kind} must be ${expected}. Received ${shown(value)}`),
    'ERR_OUT_OF_RANGE',
  )
}

/** @internal */
export function tooLarge(maxSize: number): Error {
  return coded(
    new RangeError(`A message is longer than the ${String(maxSize)} bytes of "maxSize"`),
    'ERR_MESSAGE_TOO_LARGE',
  )
}

/** @internal */
export function truncated(): Error {
  return coded(new Error('The stream ended in the midst of a message'), 'ERR_MESSAGE_TRUNCATED')
}

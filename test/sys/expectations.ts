import util from 'node:util'
import { expect } from 'vitest'
import { SystemError } from '../../lib/sys'

function thrownBy(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

/** The call fails as a system call does, with `code`, `syscall` and an errno that agrees. */
export function expectSystemError(call: () => unknown, code: string, syscall: string): SystemError {
  const error = thrownBy(call)
  if (!(error instanceof SystemError)) throw error
  expect(error.code).toBe(code)
  expect(error.syscall).toBe(syscall)
  expect(util.getSystemErrorName(error.errno)).toBe(code)
  return error
}

/** The call is refused for an argument of the wrong type, named in the message. */
export function expectTypeError(call: () => unknown, argument: string): void {
  const error = thrownBy(call)
  expect(error).toBeInstanceOf(TypeError)
  expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
  expect(String(error)).toContain(`"${argument}"`)
}

/** The call is refused for an argument out of range, named in the message. */
export function expectRangeError(call: () => unknown, argument: string): void {
  const error = thrownBy(call)
  expect(error).toBeInstanceOf(RangeError)
  expect(error).toMatchObject({ code: 'ERR_OUT_OF_RANGE' })
  expect(String(error)).toContain(`"${argument}"`)
}

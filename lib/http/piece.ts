import { Buffer } from 'node:buffer'
import { wrongType } from '../net/checks'
import type { FileSlice } from '../net/file-slice'

/** What a response sends; a string is latin1. @internal */
export type Piece = string | Uint8Array | FileSlice

/** A piece of a body. @throws TypeError `ERR_INVALID_ARG_TYPE` @internal */
export function bytesOf(data: string | Uint8Array): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  if (data instanceof Uint8Array) return data
  throw wrongType('data', 'a string or a Uint8Array', data, 'argument')
}

import os from 'node:os'
import { codedError } from './errors'

/** The byte order in which the kernel writes its structures, as DataView wants to hear it. @internal */
export const littleEndian = os.endianness() === 'LE'

/** The bytes as the structures that the kernel wrote there. @internal */
export function structures(bytes: Uint8Array): DataView {
  if (!(bytes instanceof Uint8Array)) {
    throw codedError(
      new TypeError(`The "bytes" argument must be a Uint8Array. Received ${typeof bytes}`),
      'ERR_INVALID_ARG_TYPE',
    )
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** For bytes that end within a structure. @internal */
export function cutOff(what: string, at: number): RangeError {
  const message = `The "bytes" argument must hold whole ${what}. The one at ${String(at)} is cut off`
  return codedError(new RangeError(message), 'ERR_OUT_OF_RANGE')
}

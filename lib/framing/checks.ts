import { outOfRange, tooLarge, wrongType } from './errors'

/** Refuses what is no object of options. @internal */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw wrongType('options', 'argument', 'an object', options)
  }
}

/** @internal */
export function maxSizeOf({ maxSize }: { maxSize?: unknown }): number {
  if (maxSize === undefined) return 1024 * 1024
  if (typeof maxSize !== 'number') throw wrongType('maxSize', 'option', 'an integer', maxSize)
  if (Number.isInteger(maxSize) && maxSize >= 1 && maxSize <= 0x7fffffff) return maxSize
  throw outOfRange('maxSize', 'option', 'an integer from 1 to 2147483647', maxSize)
}

/** A view of bytes, with Buffer's methods. @internal */
export function viewOf(bytes: Uint8Array, name: string): Buffer {
  if (!((bytes as unknown) instanceof Uint8Array)) {
    throw wrongType(name, 'argument', 'a Uint8Array', bytes)
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** What is to be encoded, as bytes. @internal */
export function messageBytes(message: unknown, encoding: BufferEncoding, maxSize: number): Buffer {
  const bytes = bytesOf(message, 'message', encoding)
  if (bytes.length > maxSize) throw tooLarge(maxSize)
  return bytes
}

/** The bytes of a string, or a view of those that are some already. @internal */
export function bytesOf(value: unknown, name: string, encoding: BufferEncoding): Buffer {
  if (typeof value === 'string') return Buffer.from(value, encoding)
  if (value instanceof Uint8Array) return viewOf(value, name)
  throw wrongType(name, 'argument', 'a string or a Uint8Array', value)
}

import { Buffer } from 'node:buffer'

/** Up to this length a look at each character is cheaper than a call. */
const SHORT = 100

/** Whether UTF-8 has a byte for each character of the text, which then is latin1 too. @internal */
export function isAscii(text: string): boolean {
  const { length } = text
  if (length > SHORT) return Buffer.byteLength(text) === length
  let all = 0
  for (let i = 0; i < length; i++) all |= text.charCodeAt(i)
  return all < 0x80
}

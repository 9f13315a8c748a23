import { Buffer } from 'node:buffer'
import { dateField } from './date'
import type { Field } from './field'
import { CLOSE } from './response-head'
import { statusLine } from './status-line'

/** Bodies up to this length have their heads remembered. */
const LONGEST = 8 * 1024

/**
 * The bytes of the head that most answers have: 200, a Content-Type, the length and the date. They are
 * made once a second for each type and length.
 *
 * @param type the Content-Type
 * @param length bytes of the body, above 0
 * @param second seconds since 1970
 * @param last the connection ends behind it
 * @returns undefined for a length that is not worth it
 * @internal
 */
export function commonHead(
  type: Field,
  length: number,
  second: number,
  last: boolean,
): Uint8Array | undefined {
  if (length > LONGEST) return undefined
  if (type.second !== second) {
    type.second = second
    type.heads?.clear()
    type.recentKey = 0
  }
  const key = last ? -length : length
  if (type.recentKey === key) return type.recent
  const heads = (type.heads ??= new Map<number, Uint8Array>())
  let head = heads.get(key)
  if (head === undefined) {
    const fields = `${type.line}Content-Length: ${String(length)}\r\n${dateField(second)}${last ? CLOSE.line : ''}`
    head = new Uint8Array(Buffer.from(`${statusLine(200)}${fields}\r\n`, 'latin1'))
    heads.set(key, head)
  }
  type.recentKey = key
  type.recent = head
  return head
}

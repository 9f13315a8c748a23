import { type Field, makeField } from './field'

const TEXT = makeField('Content-Type', 'text/plain; charset=utf-8')
const BYTES = makeField('Content-Type', 'application/octet-stream')
const JSON_TYPE = makeField('Content-Type', 'application/json')

/** What a handler answers with, as it is sent: strings and bytes as they are, anything else as JSON. @internal */
export function bodyOf(data: unknown): string | Uint8Array {
  if (typeof data === 'string' || data instanceof Uint8Array) return data
  // A function and a symbol have no JSON, whatever the type says.
  const json: unknown = JSON.stringify(data)
  return typeof json === 'string' ? json : 'null'
}

/** The Content-Type of that, where none was set. @internal */
export function typeOf(data: unknown): Field {
  if (typeof data === 'string') return TEXT
  return data instanceof Uint8Array ? BYTES : JSON_TYPE
}

import mime from 'mime-types'

const UNKNOWN = 'application/octet-stream'

/** The media type that a file's name tells, with its charset where it is text. @internal */
export function contentTypeOf(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1)
  // A name without a dot would be taken for an ending itself.
  if (!base.includes('.')) return UNKNOWN
  const type = mime.lookup(base)
  if (type === false) return UNKNOWN
  const charset = mime.charset(type)
  return charset === false ? type : `${type}; charset=${charset.toLowerCase()}`
}

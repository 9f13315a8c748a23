import mime from 'mime-types'

const UNKNOWN = 'application/octet-stream'

/** By the ending of a name, which decides: looking one up takes longer than opening a file. */
const known = new Map<string, string>()
const MOST_REMEMBERED = 1000

/** The media type that a file's name tells, with its charset where it is text. @internal */
export function contentTypeOf(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1)
  // A name without a dot would be taken for an ending itself.
  if (!base.includes('.')) return UNKNOWN
  const ending = base.slice(base.lastIndexOf('.'))
  let type = known.get(ending)
  if (type === undefined) {
    type = lookUp(ending)
    if (known.size >= MOST_REMEMBERED) known.clear()
    known.set(ending, type)
  }
  return type
}

function lookUp(ending: string): string {
  const type = mime.lookup(ending)
  if (type === false) return UNKNOWN
  const charset = mime.charset(type)
  return charset === false ? type : `${type}; charset=${charset.toLowerCase()}`
}

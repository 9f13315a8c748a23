import type { Stat } from '../../sys/files'
import { evaluatePreconditions, type Field, rangeHolds } from './preconditions'
import { parseRange } from './range'
import { entityTag, lastModified } from './validators'

/** What a file is answered with. */
export interface FileOptions {
  /**
   * The `Content-Type`; undefined leaves it to the file's name, and `application/octet-stream` where that
   * tells nothing.
   */
  type?: string
  /** `Cache-Control`; none unless told. */
  cacheControl?: string
  /**
   * Send an `ETag` and heed `If-Match` and `If-None-Match`.
   * @default true
   */
  etag?: boolean
  /**
   * Send `Last-Modified` and heed `If-Modified-Since` and `If-Unmodified-Since`.
   * @default true
   */
  lastModified?: boolean
  /**
   * Answer one range of bytes with 206.
   * @default true
   */
  range?: boolean
}

/** What a GET of a file comes to. @internal */
export interface FilePlan {
  readonly status: 200 | 206 | 304 | 412 | 416
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** What of the file is sent; nothing but with 200 and 206. */
  readonly offset: number
  readonly length: number
}

/** What a file is, beside its content. @internal */
export interface Representation {
  readonly stat: Stat
  readonly type: string
  /** The content coding that the file lies in; empty for none. */
  readonly coding: string
  /** An entity tag that the handler has set. */
  readonly etag: string | undefined
}

/**
 * How a GET or HEAD of a file is answered: conditions, ranges and the fields that go with them.
 *
 * @param field undefined for a request that has no such conditions, such as POST
 * @internal
 */
export function planFile(
  field: Field | undefined,
  { stat, type, coding, etag: given }: Representation,
  options: FileOptions,
): FilePlan {
  const { size } = stat
  const etag = given ?? (options.etag === false ? undefined : entityTag(stat, coding))
  const modified = options.lastModified === false ? undefined : lastModified(stat)
  const validators = { etag, lastModified: modified }
  const fields: [string, string][] = []
  if (etag !== undefined) fields.push(['ETag', etag])
  if (modified !== undefined) fields.push(['Last-Modified', new Date(modified).toUTCString()])
  if (options.cacheControl !== undefined) fields.push(['Cache-Control', options.cacheControl])

  const status = field === undefined ? 200 : evaluatePreconditions(field, validators)
  if (status !== 200) return { status, fields, offset: 0, length: 0 }

  const ranges = options.range !== false
  if (ranges) fields.push(['Accept-Ranges', 'bytes'])
  let range: ReturnType<typeof parseRange>
  if (ranges && field !== undefined && rangeHolds(field, validators)) {
    range = parseRange(field('range'), size)
  }
  if (range === 416) {
    fields.push(['Content-Range', `bytes */${String(size)}`])
    return { status: 416, fields, offset: 0, length: 0 }
  }
  fields.push(['Content-Type', type])
  if (coding !== '') fields.push(['Content-Encoding', coding])
  if (range === undefined) return { status: 200, fields, offset: 0, length: size }
  const { start, length } = range
  const last = String(start + length - 1)
  fields.push(['Content-Range', `bytes ${String(start)}-${last}/${String(size)}`])
  return { status: 206, fields, offset: start, length }
}

import type { Stat } from '../../sys/files'
import { makeField, type Field } from '../field'
import { evaluatePreconditions, type Field as Asked, rangeHolds } from './preconditions'
import { parseRange } from './range'
import { validatorsOf } from './validators'

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
  /** Whoever asked may keep them. */
  readonly fields: Field[]
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
  /** The request is HEAD, which knows no ranges (RFC 9110 section 14.2). */
  readonly isHead: boolean
}

/**
 * How a GET or HEAD of a file is answered: conditions, ranges and the fields that go with them.
 *
 * @param field undefined for a request that has no such conditions, such as POST
 * @internal
 */
export function planFile(
  field: Asked | undefined,
  { stat, type, coding, etag: given, isHead }: Representation,
  options: FileOptions,
): FilePlan {
  const { size } = stat
  const own = validatorsOf(stat, coding)
  const etag = given ?? (options.etag === false ? undefined : own.etag)
  const dated = options.lastModified !== false
  const validators = { etag, lastModified: dated ? own.lastModified : undefined }
  const fields: Field[] = []
  if (etag !== undefined) fields.push(makeField('ETag', etag))
  if (dated) fields.push(makeField('Last-Modified', own.date))
  if (options.cacheControl !== undefined) {
    fields.push(makeField('Cache-Control', options.cacheControl))
  }

  const status = field === undefined ? 200 : evaluatePreconditions(field, validators)
  if (status !== 200) return { status, fields, offset: 0, length: 0 }

  const ranges = options.range !== false
  if (ranges) fields.push(makeField('Accept-Ranges', 'bytes'))
  let range: ReturnType<typeof parseRange>
  if (ranges && field !== undefined && !isHead && rangeHolds(field, validators)) {
    range = parseRange(field('range'), size)
  }
  if (range === 416) {
    fields.push(makeField('Content-Range', `bytes */${String(size)}`))
    return { status: 416, fields, offset: 0, length: 0 }
  }
  fields.push(makeField('Content-Type', type))
  if (coding !== '') fields.push(makeField('Content-Encoding', coding))
  if (range === undefined) return { status: 200, fields, offset: 0, length: size }
  const { start, length } = range
  const last = String(start + length - 1)
  fields.push(makeField('Content-Range', `bytes ${String(start)}-${last}/${String(size)}`))
  return { status: 206, fields, offset: start, length }
}

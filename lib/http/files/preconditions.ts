import { parseHttpDate } from './http-date'
import { matchesStrongly, matchesWeakly, parseEntityTags, type Validators } from './validators'

/** How the fields of a request are asked for. @internal */
export type Field = (name: string) => string | undefined

/**
 * What the conditions of a GET or HEAD come to, in the order of RFC 9110 section 13.2.2: go on, 304 for
 * what the client has already, or 412. Malformed dates and tags are passed over.
 * @internal
 */
export function evaluatePreconditions(field: Field, validators: Validators): 200 | 304 | 412 {
  const { etag, lastModified } = validators
  const ifMatch = field('if-match')
  const ifUnmodified = field('if-unmodified-since')
  if (ifMatch !== undefined) {
    if (!namesOne(ifMatch, etag, matchesStrongly)) return 412
  } else if (ifUnmodified !== undefined) {
    const since = parseHttpDate(ifUnmodified)
    if (since !== undefined && lastModified !== undefined && lastModified > since) return 412
  }
  const ifNoneMatch = field('if-none-match')
  if (ifNoneMatch !== undefined) {
    return namesOne(ifNoneMatch, etag, matchesWeakly) ? 304 : 200
  }
  const ifModified = field('if-modified-since')
  if (ifModified === undefined || lastModified === undefined) return 200
  const since = parseHttpDate(ifModified)
  return since !== undefined && lastModified <= since ? 304 : 200
}

/**
 * Whether a range may be answered (RFC 9110 section 13.1.5): without `If-Range`, or where it names the very
 * state that is there now.
 * @internal
 */
export function rangeHolds(field: Field, validators: Validators): boolean {
  const ifRange = field('if-range')
  if (ifRange === undefined) return true
  const { etag, lastModified } = validators
  if (/^(?:W\/)?"/.test(ifRange)) return etag !== undefined && matchesStrongly(ifRange, etag)
  const since = parseHttpDate(ifRange)
  return since !== undefined && since === lastModified
}

/** A malformed list names none. */
function namesOne(
  text: string,
  etag: string | undefined,
  matches: (one: string, other: string) => boolean,
): boolean {
  const tags = parseEntityTags(text)
  if (tags === '*') return true
  return etag !== undefined && tags?.some((tag) => matches(tag, etag)) === true
}

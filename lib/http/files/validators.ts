import type { Stat } from '../../sys/files'

/** What tells one state of a file from another (RFC 9110 section 8.8). @internal */
export interface Validators {
  /** A strong entity tag, quotes included. */
  readonly etag: string | undefined
  /** Milliseconds since 1970, whole seconds as `Last-Modified` has them. */
  readonly lastModified: number | undefined
}

/** Validators of a file, and its time as `Last-Modified` has it. */
interface Made extends Validators {
  readonly etag: string
  readonly lastModified: number
  readonly date: string
  readonly mtimeMs: number
  readonly size: number
  readonly dev: number
  readonly coding: string
}

/** What was made last of each inode: files are sent more often than they change. */
const made = new Map<number, Made>()
const MOST_REMEMBERED = 1000

/**
 * What is said of a file's state.
 *
 * @param coding what the file is a coding of
 * @internal
 */
export function validatorsOf(stat: Stat, coding: string): Made {
  const { mtimeMs, size, dev, ino } = stat
  const before = made.get(ino)
  if (
    before?.mtimeMs === mtimeMs &&
    before.size === size &&
    before.dev === dev &&
    before.coding === coding
  ) {
    return before
  }
  const etag = entityTag(stat, coding)
  // A time to come is none that the file was changed at (RFC 9110 section 8.8.2.1).
  const time = Date.now()
  const lastModified = Math.floor(Math.min(mtimeMs, time) / 1000) * 1000
  const date = new Date(lastModified).toUTCString()
  const now = { etag, lastModified, date, mtimeMs, size, dev, coding }
  if (mtimeMs <= time) {
    if (made.size >= MOST_REMEMBERED) made.clear()
    made.set(ino, now)
  }
  return now
}

/**
 * The entity tag of a file: it changes with its content's time, its length, and the file itself where it
 * was replaced by another. The kernel's clock ticks every few milliseconds, so that two writes within one
 * tick that keep the length can't be told apart.
 *
 * @param coding what the file is a coding of: each representation has a tag of its own
 */
function entityTag(stat: Stat, coding: string): string {
  const time = Math.round(stat.mtimeMs * 1e3).toString(36)
  const suffix = coding === '' ? '' : `-${coding}`
  return `"${time}-${stat.size.toString(36)}-${stat.ino.toString(36)}${suffix}"`
}

const TAG = /[\s,]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")\s*(?:,[\s,]*|$)/y

/**
 * The entity tags of `If-Match` and `If-None-Match` (RFC 9110 section 13.1), `'*'` for any. Empty elements count for
 * nothing (section 5.6.1.2).
 *
 * @returns undefined for a list that is malformed
 * @internal
 */
export function parseEntityTags(text: string): '*' | string[] | undefined {
  if (text.trim() === '*') return '*'
  const tags: string[] = []
  TAG.lastIndex = 0
  while (TAG.lastIndex < text.length) {
    const tag = TAG.exec(text)?.[1]
    if (tag === undefined) return undefined
    tags.push(tag)
  }
  return tags
}

/** The same state and the same bytes (RFC 9110 section 8.8.3.2). @internal */
export function matchesStrongly(one: string, other: string): boolean {
  return one === other && !one.startsWith('W/')
}

/** As good as the same. @internal */
export function matchesWeakly(one: string, other: string): boolean {
  return one.replace(/^W\//, '') === other.replace(/^W\//, '')
}

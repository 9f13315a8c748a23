let field = ''
let made = -1

/**
 * The `Date` field of a response (RFC 9110 section 6.6.1) with its line break, made once a second.
 *
 * @param second seconds since 1970, where that is known: the clock is not asked then
 * @internal
 */
export function dateField(second = Math.floor(Date.now() / 1000)): string {
  if (second !== made) {
    made = second
    field = `Date: ${new Date(second * 1000).toUTCString()}\r\n`
  }
  return field
}

let line = ''
let second = -1

/**
 * The `Date` line of a response (RFC 9110 section 6.6.1), made once a second.
 * @internal
 */
export function dateLine(): string {
  const now = Date.now()
  const current = Math.floor(now / 1000)
  if (current !== second) {
    second = current
    line = `Date: ${new Date(now).toUTCString()}\r\n`
  }
  return line
}

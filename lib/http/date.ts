let text = ''
let second = -1

/**
 * The `Date` of a response (RFC 9110 section 6.6.1), made once a second.
 * @internal
 */
export function httpDate(): string {
  const now = Date.now()
  const current = Math.floor(now / 1000)
  if (current !== second) {
    second = current
    text = new Date(now).toUTCString()
  }
  return text
}

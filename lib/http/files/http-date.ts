const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const IMF_FIXDATE = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/
const RFC_850 = /^[A-Z][a-z]{5,8}, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/
const ASCTIME = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/

/**
 * A date of HTTP in any of its three forms (RFC 9110 section 5.6.7), in milliseconds since 1970.
 *
 * @param now what two digits of a year are seen from: a year over fifty years ahead is one of the past
 * @returns undefined for anything that is no such date
 * @internal
 */
export function parseHttpDate(text: string, now = Date.now()): number | undefined {
  let fields = IMF_FIXDATE.exec(text)
  if (fields !== null) {
    const [, day, month, year, hour, minute, second] = fields
    return milliseconds(Number(year), month, day, hour, minute, second)
  }
  fields = ASCTIME.exec(text)
  if (fields !== null) {
    const [, month, day, hour, minute, second, year] = fields
    return milliseconds(Number(year), month, day, hour, minute, second)
  }
  fields = RFC_850.exec(text)
  if (fields !== null) {
    const [, day, month, short, hour, minute, second] = fields
    const current = new Date(now).getUTCFullYear()
    let year = current - (current % 100) + Number(short)
    if (year > current + 50) year -= 100
    return milliseconds(year, month, day, hour, minute, second)
  }
  return undefined
}

/** Undefined where a part is out of its range: `Date.UTC` would carry it over into the next. */
function milliseconds(
  year: number,
  monthName: string | undefined,
  dayText: string | undefined,
  ...clock: (string | undefined)[]
): number | undefined {
  const month = MONTHS.indexOf(monthName ?? '')
  const day = Number(dayText)
  const [hour = NaN, minute = NaN, second = NaN] = clock.map(Number)
  if (month < 0 || hour > 23 || minute > 59 || second > 60) return undefined
  const time = Date.UTC(year, month, day, hour, minute, second)
  return new Date(Date.UTC(year, month, day)).getUTCDate() === day ? time : undefined
}

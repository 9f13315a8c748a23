/** 142310.4 -> "142,310" */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

/** Microseconds of CPU, with as many digits as mean something: 0.345, 5.12, 13.4, 153. */
export function micros(value: number): string {
  if (value < 1) return value.toFixed(3)
  if (value < 10) return value.toFixed(2)
  return value < 100 ? value.toFixed(1) : whole(value)
}

/** Counts of any size in two figures or more: 0.042, 3.2, 41, 1,234. */
export const figures = (value: number): string =>
  value < 10 ? String(Number(value.toPrecision(2))) : whole(value)

/** 1.0423 -> "1.04" */
export const times = (value: number): string => value.toFixed(2)

/** 0.153 -> "15%" */
export const percent = (share: number): string => `${String(Math.round(share * 100))}%`

/** Microseconds of latency as one would say them: "447 µs", "1.6 ms". */
export function duration(us: number): string {
  if (us < 1000) return `${us < 10 ? us.toFixed(1) : whole(us)} µs`
  return us < 1e6 ? `${(us / 1e3).toFixed(us < 1e4 ? 1 : 0)} ms` : `${(us / 1e6).toFixed(1)} s`
}

/** 47185920 -> "45.0 MB" (of 1,048,576 bytes, as `top` has them) */
export const megabytes = (bytes: number): string => `${(bytes / 1048576).toFixed(1)} MB`

/** ["a", "b", "c"] -> "a, b and c" */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** 65536 -> "64 KiB" */
export function byteSize(bytes: number): string {
  if (bytes < 1024) return `${whole(bytes)} bytes`
  return bytes < 1048576 ? `${figures(bytes / 1024)} KiB` : `${figures(bytes / 1048576)} MiB`
}

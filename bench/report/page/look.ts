/** A colour of the style sheet, as it is now: light and dark differ. */
export const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()

/** "#rrggbb" with an opacity. */
export function faded(hex: string, strength: number): string {
  const opacity = Math.round(strength * 255)
  return hex + opacity.toString(16).padStart(2, '0')
}

export const short = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  maximumSignificantDigits: 3,
})
export const exact = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 })

/** Microseconds as one would say them: 300 µs, 1 ms, 2.5 s. */
export function micros(value: number): string {
  if (value < 1000) return `${exact.format(value)} µs`
  return value < 1e6 ? `${exact.format(value / 1e3)} ms` : `${exact.format(value / 1e6)} s`
}

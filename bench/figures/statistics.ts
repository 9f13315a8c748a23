/** Repeated measurements of the same thing. */
export interface Figure {
  readonly median: number
  readonly min: number
  readonly max: number
  /** (max - min) / median: 0.15 is a spread of 15%. 0 when there is nothing to compare. */
  readonly spread: number
}

/** One thing against another. */
export interface Ratio {
  /** Median of the ratios taken within each round, which a drifting machine disturbs least. */
  readonly median: number
  readonly min: number
  readonly max: number
  /** The cheapest round of the one against the cheapest of the other. */
  readonly cheapest: number
}

/** A spread beyond this is marked wherever the figure is shown. */
export const noisySpread = 0.15

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN
  return (upper + lower) / 2
}

/** Sums up at least one value. */
export function figure(values: readonly number[]): Figure {
  const middle = median(values)
  const min = Math.min(...values)
  const max = Math.max(...values)
  return { median: middle, min, max, spread: middle > 0 ? (max - min) / middle : 0 }
}

/**
 * Compares two servers round by round.
 * @param ours values by round; undefined where the round does not count
 * @param theirs the same rounds of the other
 * @returns undefined when there is no round in which both count
 */
export function ratio(
  ours: readonly (number | undefined)[],
  theirs: readonly (number | undefined)[],
): Ratio | undefined {
  const pairs = ours.flatMap((our, round) => {
    const their = theirs[round]
    return our === undefined || their === undefined || !(their > 0) ? [] : [{ our, their }]
  })
  if (pairs.length === 0) return undefined
  const ratios = pairs.map(({ our, their }) => our / their)
  return {
    median: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    cheapest:
      Math.min(...pairs.map(({ our }) => our)) / Math.min(...pairs.map(({ their }) => their)),
  }
}

/** Whether the rounds lie further apart than one would like. */
export const noisy = (value: Figure): boolean => value.spread > noisySpread

/**
 * Whether two figures differ by more than their rounds do among themselves: the ranges do not
 * overlap, and the medians lie at least `least` apart (a part of the smaller one).
 */
export function differ(a: Figure, b: Figure, least = 0.05): boolean {
  const apart = a.min > b.max || b.min > a.max
  return apart && Math.abs(a.median - b.median) >= least * Math.min(a.median, b.median)
}

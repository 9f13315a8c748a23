import { describe, expect, it } from 'vitest'
import { differ, figure, median, noisy, ratio } from '../../bench/figures/statistics'

describe('median', () => {
  it.each([
    [[3], 3],
    [[3, 1], 2],
    [[5, 1, 3], 3],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected)
  })

  it('of nothing is NaN', () => {
    expect(median([])).toBeNaN()
  })

  it('leaves its input as it was', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
})

describe('figure', () => {
  it('has the range and the spread', () => {
    expect(figure([10, 12, 11])).toEqual({ median: 11, min: 10, max: 12, spread: 2 / 11 })
  })

  it('of zeros has no spread', () => {
    expect(figure([0, 0]).spread).toBe(0)
  })

  it('is noisy beyond 15%', () => {
    expect(noisy(figure([100, 100, 115]))).toBe(false)
    expect(noisy(figure([100, 100, 116]))).toBe(true)
  })
})

describe('ratio', () => {
  it('is taken within each round', () => {
    // The machine was twice as slow in the second round; the ratio was the same in both.
    expect(ratio([10, 20], [5, 10])).toEqual({ median: 2, min: 2, max: 2, cheapest: 2 })
  })

  it('sets the cheapest rounds beside each other', () => {
    expect(ratio([12, 9, 30], [10, 10, 10])).toEqual({
      median: 1.2,
      min: 0.9,
      max: 3,
      cheapest: 0.9,
    })
  })

  it('leaves out rounds in which one of the two failed', () => {
    expect(ratio([undefined, 4, 6], [1, undefined, 3])).toMatchObject({ median: 2, cheapest: 2 })
  })

  it('is undefined without a common round', () => {
    expect(ratio([1, undefined], [undefined, 1])).toBeUndefined()
    expect(ratio([], [])).toBeUndefined()
    expect(ratio([1], [0])).toBeUndefined()
  })
})

describe('differ', () => {
  it.each([
    ['ranges that overlap', [10, 12], [11, 13], false],
    ['ranges apart', [10, 11], [12, 13], true],
    ['ranges apart by next to nothing', [100, 100.1], [100.2, 100.3], false],
  ])('%s', (_what, a, b, expected) => {
    expect(differ(figure(a), figure(b))).toBe(expected)
    expect(differ(figure(b), figure(a))).toBe(expected)
  })
})

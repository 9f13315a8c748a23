import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect } from 'vitest'
import { until } from './opened'

/** How many descriptors this process has open. Counting opens one, each time alike. */
export function countDescriptors(): number {
  return readdirSync('/proc/self/fd').length
}

/** Makes a suite end by proving that it left no descriptor open. */
export function expectNoLeak(): void {
  let before = 0
  beforeAll(() => {
    before = countDescriptors()
  })
  afterAll(async () => {
    // What Node closes for the last test may take it a few rounds of its loop.
    await until(() => countDescriptors() <= before).catch(() => undefined)
    expect(countDescriptors()).toBe(before)
  })
}

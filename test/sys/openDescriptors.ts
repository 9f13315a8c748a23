import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect } from 'vitest'

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
  afterAll(() => {
    expect(countDescriptors()).toBe(before)
  })
}

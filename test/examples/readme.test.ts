// README shows examples/readme.mjs, which test/examples/descriptors.test.ts runs: the very same text.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './example'

const read = (name: string): string => readFileSync(path.join(root, name), 'utf8')

describe('the first example in README', () => {
  it('is examples/readme.mjs, to the letter', () => {
    const [, block] = /^```js\n(.*?)^```$/ms.exec(read('README.md')) ?? []
    expect(block).toBe(read('examples/readme.mjs'))
  })

  it('has ten lines at the most', () => {
    const lines = read('examples/readme.mjs').trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(10)
  })

  it('stands on the first screen', () => {
    const before = read('README.md').split('```js')[0] ?? ''
    expect(before.split('\n').length).toBeLessThanOrEqual(24)
  })
})

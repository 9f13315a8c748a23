import { describe, expect, it } from 'vitest'
import { addon } from '../../lib/addon'
import { constants, constantNames } from '../../lib/sys/constants'

describe('constants', () => {
  it('have the same names in C++ and in TypeScript', () => {
    expect(Object.keys(addon.sys.constants).sort()).toEqual([...constantNames].sort())
  })

  it('are integers, flags positive', () => {
    for (const [name, value] of Object.entries(constants)) {
      expect(Number.isSafeInteger(value), name).toBe(true)
    }
    expect(constants.EPOLLET).toBe(2 ** 31)
  })

  it('are frozen', () => {
    expect(Object.isFrozen(constants)).toBe(true)
  })
})

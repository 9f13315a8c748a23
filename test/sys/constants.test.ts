import fs from 'node:fs'
import os from 'node:os'
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

  it('are those of node:os, where it has them too', () => {
    const known = { ...os.constants.errno, ...os.constants.signals, ...fs.constants }
    let compared = 0
    for (const [name, value] of Object.entries(constants)) {
      if (!(name in known)) continue
      expect(value, name).toBe(Reflect.get(known, name))
      compared++
    }
    expect(compared).toBeGreaterThan(120)
  })

  it('number errors positively', () => {
    expect(-constants.EAGAIN).toBe(-os.constants.errno.EAGAIN)
    expect(constants.EWOULDBLOCK).toBe(constants.EAGAIN)
  })

  it('are frozen', () => {
    expect(Object.isFrozen(constants)).toBe(true)
  })
})

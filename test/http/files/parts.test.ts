// Ranges and codings: RFC 9110 sections 12.5.3 and 14.

import { describe, expect, it } from 'vitest'
import { codingWeight, preferredCodings } from '../../../lib/http/files/encodings'
import { parseRange } from '../../../lib/http/files/range'

describe('a range of 1000 bytes', () => {
  it.each([
    ['bytes=0-499', { start: 0, length: 500 }],
    ['bytes=500-', { start: 500, length: 500 }],
    ['bytes=-200', { start: 800, length: 200 }],
    ['bytes=-2000', { start: 0, length: 1000 }],
    ['bytes=0-0', { start: 0, length: 1 }],
    ['bytes=999-999', { start: 999, length: 1 }],
    ['bytes=0-5000', { start: 0, length: 1000 }],
    ['Bytes = 1-2', { start: 1, length: 2 }],
    ['bytes=1000-', 416],
    ['bytes=5000-6000', 416],
    ['bytes=-0', 416],
    ['bytes=5-2', undefined],
    ['bytes=0-1,5-6', undefined], // several: answered whole
    ['bytes=-', undefined],
    ['bytes=a-b', undefined],
    ['bytes=0x1-2', undefined],
    ['bytes=1-99999999999999999999', undefined],
    ['lines=1-2', undefined],
    [undefined, undefined],
  ])('%s', (text, range) => {
    expect(parseRange(text, 1000)).toEqual(range)
  })

  it('of nothing can not be satisfied', () => {
    expect(parseRange('bytes=0-', 0)).toBe(416)
    expect(parseRange('bytes=-5', 0)).toBe(416)
  })
})

describe('a coding', () => {
  it.each([
    ['gzip, br', 'gzip', 1],
    ['gzip;q=0.5', 'gzip', 0.5],
    ['gzip;q=0', 'gzip', 0],
    ['x-gzip', 'gzip', 1],
    ['GZIP ; Q=0.25', 'gzip', 0.25],
    ['*;q=0.1', 'gzip', 0.1],
    ['*;q=0.1, gzip', 'gzip', 1],
    ['gzip;q=2', 'gzip', 0],
    ['br', 'gzip', 0],
    ['gzip', 'identity', 0.0001],
    ['gzip, identity;q=0.5', 'identity', 0.5],
    ['identity;q=0', 'identity', 0],
    ['*;q=0', 'identity', 0],
    [undefined, 'gzip', 0],
    [undefined, 'identity', 1],
  ])('%s: %s is liked %d', (field, coding, weight) => {
    expect(codingWeight(field, coding)).toBe(weight)
  })

  it.each([
    ['gzip, br', ['br', 'gzip']],
    ['gzip;q=1, br;q=0.9', ['gzip', 'br']],
    ['gzip;q=0.001', ['gzip']], // what is named is liked better than what is not
    ['gzip;q=1, br;q=0.9, identity;q=0.5', ['gzip', 'br']],
    ['gzip;q=1, br;q=0.3, identity;q=0.5', ['gzip']], // uncoded is liked better than br
    ['deflate', []],
    ['br;q=0', []],
    [undefined, []],
  ])('%s: tried in the order %j', (field, order) => {
    expect(preferredCodings(field).map(({ coding }) => coding)).toEqual(order)
  })
})

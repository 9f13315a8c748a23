// What a GET's conditions come to: RFC 9110 sections 5.6.7, 8.8 and 13.

import { describe, expect, it } from 'vitest'
import { parseHttpDate } from '../../../lib/http/files/http-date'
import { evaluatePreconditions, rangeHolds } from '../../../lib/http/files/preconditions'
import { parseEntityTags } from '../../../lib/http/files/validators'

const TIME = Date.UTC(1994, 10, 6, 8, 49, 37)
const DATE = 'Sun, 06 Nov 1994 08:49:37 GMT'
const EARLIER = 'Sun, 06 Nov 1994 08:49:36 GMT'
const LATER = 'Sun, 06 Nov 1994 08:49:38 GMT'

describe('a date', () => {
  it.each([DATE, 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])('%s', (text) => {
    expect(parseHttpDate(text)).toBe(TIME)
  })

  it('with two digits of a year is never more than fifty years ahead', () => {
    const now = Date.UTC(2026, 0, 1)
    expect(parseHttpDate('Sunday, 06-Nov-76 08:49:37 GMT', now)).toBe(
      Date.UTC(2076, 10, 6, 8, 49, 37),
    )
    expect(parseHttpDate('Sunday, 06-Nov-77 08:49:37 GMT', now)).toBe(
      Date.UTC(1977, 10, 6, 8, 49, 37),
    )
  })

  it.each([
    '',
    'yesterday',
    '1994-11-06T08:49:37Z',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 CET',
    'Sun, 31 Feb 1994 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Sun, 06 Foo 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 24:49:37 GMT',
    'Sun, 06 Nov 1994 08:60:37 GMT',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
  ])('is not %j', (text) => {
    expect(parseHttpDate(text)).toBeUndefined()
  })
})

describe('a list of entity tags', () => {
  it.each([
    ['"a"', ['"a"']],
    ['"a", W/"b" ,"c,d"', ['"a"', 'W/"b"', '"c,d"']],
    ['""', ['""']],
    ['*', '*'],
    // Empty elements: RFC 9110 section 5.6.1.2.
    [',"a", ,W/"b",,', ['"a"', 'W/"b"']],
    ['', []],
    [' , ', undefined],
    ['a', undefined],
    ['"a" "b"', undefined],
    ['"a', undefined],
    ['w/"a"', undefined],
  ])('%s', (text, tags) => {
    expect(parseEntityTags(text)).toEqual(tags)
  })
})

const validators = { etag: '"now"', lastModified: TIME }
const status = (fields: Record<string, string>): number =>
  evaluatePreconditions((name) => fields[name], validators)

describe('conditions', () => {
  it.each<[number, Record<string, string>]>([
    [200, {}],
    [200, { 'if-match': '"now"' }],
    [200, { 'if-match': '*' }],
    [200, { 'if-match': '"old", "now"' }],
    [412, { 'if-match': '"old"' }],
    [412, { 'if-match': 'W/"now"' }], // strong comparison
    [412, { 'if-match': 'now' }],
    [304, { 'if-none-match': '"now"' }],
    [304, { 'if-none-match': 'W/"now"' }], // weak comparison
    [304, { 'if-none-match': '*' }],
    [200, { 'if-none-match': '"old"' }],
    [200, { 'if-none-match': 'now' }],
    [304, { 'if-modified-since': DATE }],
    [304, { 'if-modified-since': LATER }],
    [200, { 'if-modified-since': EARLIER }],
    [200, { 'if-modified-since': 'now' }],
    [412, { 'if-unmodified-since': EARLIER }],
    [200, { 'if-unmodified-since': DATE }],
    [200, { 'if-unmodified-since': 'now' }],
    // A tag goes before a date (section 13.2.2).
    [200, { 'if-none-match': '"old"', 'if-modified-since': DATE }],
    [200, { 'if-match': '"now"', 'if-unmodified-since': EARLIER }],
    [412, { 'if-match': '"old"', 'if-none-match': '"now"' }],
    [304, { 'if-match': '"now"', 'if-none-match': '"now"' }],
  ])('%i for %j', (expected, fields) => {
    expect(status(fields)).toBe(expected)
  })

  it.each([
    [true, undefined],
    [true, '"now"'],
    [false, 'W/"now"'],
    [false, '"old"'],
    [true, DATE],
    [false, EARLIER],
    [false, LATER],
    [false, 'now'],
  ])('If-Range: %s for %s', (holds, value) => {
    expect(rangeHolds(() => value, validators)).toBe(holds)
  })
})

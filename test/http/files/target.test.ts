// Which file a target names, and which it never does.

import { describe, expect, it } from 'vitest'
import { fileTarget } from '../../../lib/http/files/target'

describe('the target', () => {
  it.each([
    ['/', { name: '', directory: true }],
    ['/a', { name: 'a', directory: false }],
    ['/a/b.txt', { name: 'a/b.txt', directory: false }],
    ['/a/', { name: 'a', directory: true }],
    ['//a//b', { name: 'a/b', directory: false }],
    ['/./a/.', { name: 'a', directory: true }],
    ['/a/%2e', { name: 'a', directory: true }],
    ['/a/%2E', { name: 'a', directory: true }],
    ['/gr%C3%BC%C3%9Fe', { name: 'grüße', directory: false }],
    ['/a%20b', { name: 'a b', directory: false }],
    ['/a%3Fb', { name: 'a?b', directory: false }],
    ['/a...b', { name: 'a...b', directory: false }],
    // Decoded once: this is a name with percent signs in it.
    ['/%252e%252e/a', { name: '%2e%2e/a', directory: false }],
  ])('%s names %j', (path, target) => {
    expect(fileTarget(path, 'ignore')).toEqual(target)
  })

  it.each([
    ['/..', 404],
    ['/../etc/passwd', 404],
    ['/a/../../b', 404],
    ['/%2e%2e/etc/passwd', 404],
    ['/%2E./etc/passwd', 404],
    ['/..%2fetc', 404],
    ['/a%2Fb', 404],
    ['/..\\etc', 404],
    ['/..%5Cetc', 404],
    ['/a%00.txt', 400],
    ['/%', 400],
    ['/%zz', 400],
    ['/%ff', 400],
    ['/%c0%ae%c0%ae/etc', 400], // overlong dots
    ['/%e0%80%af', 400], // an overlong slash
    ['/.git/config', 404],
    ['/a/.env', 404],
    ['/%2egit', 404],
  ])('%s is refused with %i', (path, status) => {
    expect(fileTarget(path, 'ignore')).toBe(status)
  })

  it('may have a dot in front where that is allowed, and never two alone', () => {
    expect(fileTarget('/.well-known/x', 'allow')).toEqual({
      name: '.well-known/x',
      directory: false,
    })
    expect(fileTarget('/.well-known/x', 'deny')).toBe(403)
    expect(fileTarget('/../x', 'allow')).toBe(404)
  })
})

import { expect, describe, it } from 'vitest'
import { decodeEveryWay, type Limits, type Reading } from './decoding'

const limits = { maxHeaderSize: 1024, maxHeaderCount: 10 }

/** What the first head of a text comes to, or the refusal: however it is read, the same. */
function read(text: string, under: Partial<Limits> = limits): unknown {
  const outcomes = decodeEveryWay(text, { maxBodySize: 1e15, ...under }).map(outcomeOf)
  const [outcome] = outcomes
  for (const other of outcomes) expect(other).toEqual(outcome)
  return outcome
}

function outcomeOf({ requests, refusal }: Reading): unknown {
  const [first] = requests
  if (first === undefined) return refusal ?? 'incomplete'
  const { method, target, minor, fields, keepAlive, body, expectsContinue } = first.head
  return { method, target, minor, fields, keepAlive, body, expectsContinue }
}

/** A GET with these lines behind the request line. */
function get(...lines: string[]): string {
  return `GET / HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
}

/** A POST that has its Host. */
function post(...lines: string[]): string {
  return get('Host: a', ...lines).replace('GET', 'POST')
}

describe('accepted: the request line', () => {
  it.each([
    ['9112 3.2.1', 'origin-form', 'GET', '/where?q=now'],
    ['9112 3.2.1', 'origin-form with what a URL parser would change', 'GET', '//a/../%2e?%zz'],
    ['9112 3.2.2', 'absolute-form', 'GET', 'http://www.example.org/pub?a'],
    ['9112 3.2.2', 'absolute-form without a path', 'GET', 'http://www.example.org'],
    ['9112 3.2.2', 'absolute-form, its scheme in capitals', 'GET', 'HTTPS://example.org/'],
    ['9112 3.2.2', 'absolute-form, an IPv6 address and a port', 'GET', 'http://[::1]:80/?a'],
    ['9112 3.2.3', 'authority-form of CONNECT', 'CONNECT', 'www.example.com:80'],
    ['9112 3.2.3', 'authority-form of an IPv6 address', 'CONNECT', '[::1]:443'],
    ['9112 3.2.4', 'asterisk-form of OPTIONS', 'OPTIONS', '*'],
    ['9110 9.1', 'a method nobody knows', 'BREW', '/pot'],
    ['9110 9.1', 'a method in small letters, which is another one', 'get', '/'],
    ['9110 5.6.2', 'a method of all the signs of a token', "!#$%&'*+-.^_`|~09", '/'],
  ])('RFC %s: %s', (_section, _what, method, target) => {
    expect(read(`${method} ${target} HTTP/1.1\r\nHost: a\r\n\r\n`)).toEqual({
      method,
      target,
      minor: 1,
      fields: ['Host', 'a'],
      keepAlive: true,
      body: 0,
      expectsContinue: false,
    })
  })

  it.each([
    ['9112 2.3', '1.0 needs no Host', 'GET / HTTP/1.0\r\n\r\n', 0],
    ['9112 2.3', '1.1', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n', 1],
    ['9110 2.5', 'a higher minor is read as 1.1', 'GET / HTTP/1.2\r\nHost: a\r\n\r\n', 1],
  ])('RFC %s: %s', (_section, _what, text, minor) => {
    expect(read(text)).toMatchObject({ minor })
  })
})

describe('accepted: fields', () => {
  it.each([
    ['9112 5.1', 'a space before the value', 'X: v', 'v'],
    ['9112 5.1', 'no space before the value', 'X:v', 'v'],
    ['9112 5.1', 'spaces and tabs around the value', 'X: \t v \t ', 'v'],
    ['9110 5.5', 'spaces and tabs within the value', 'X: a \t b', 'a \t b'],
    ['9110 5.5', 'an empty value', 'X:', ''],
    ['9110 5.5', 'a value of white space only', 'X: \t ', ''],
    ['9110 5.5', 'obs-text', 'X: \x80\xe9\xff', '\x80\xe9\xff'],
    ['9110 5.5', 'colons in the value', 'X: a:b', 'a:b'],
  ])('RFC %s: %s', (_section, _what, line, value) => {
    expect(read(get('Host: a', line))).toMatchObject({ fields: ['Host', 'a', 'X', value] })
  })

  it('RFC 9110 5.3: repeated fields stay in their order, names as they came', () => {
    expect(read(get('hOsT: a', 'X-B: 1', 'x-b: 2'))).toMatchObject({
      fields: ['hOsT', 'a', 'X-B', '1', 'x-b', '2'],
    })
  })

  it.each([
    ['9110 7.2', 'a name and a port', 'www.example.org:8080'],
    ['9110 7.2', 'nothing', ''],
    ['9110 7.2', 'an IPv4 address', '127.0.0.1:80'],
    ['9110 7.2', 'an IPv6 address', '[::1]:80'],
    ['3986 3.2.2', 'an IPv6 address with an IPv4 one in it', '[::ffff:127.0.0.1]'],
    ['3986 3.2.2', 'an address of a version to come', '[vF.a:b]:1'],
    ['3986 3.2.2', 'a name with an escape and all other signs', "a%41-._~!$&'()*+,;=z"],
    ['3986 3.2.3', 'a port of no digits', 'a:'],
  ])('RFC %s: a Host of %s', (_section, _what, value) => {
    expect(read(get(`Host: ${value}`))).toMatchObject({ fields: ['Host', value] })
  })
})

describe('accepted: whether the connection goes on', () => {
  it.each([
    ['9112 9.3', '1.1 by itself', '1.1', [], true],
    ['9112 9.3', '1.1 with close', '1.1', ['Connection: close'], false],
    ['9110 7.6.1', 'options in capitals', '1.1', ['Connection: CLOSE'], false],
    ['9110 7.6.1', 'a list', '1.1', ['Connection: upgrade , close,x'], false],
    ['9110 7.6.1', 'several fields', '1.1', ['Connection: x', 'Connection: close'], false],
    ['9110 7.6.1', 'an option that only begins like close', '1.1', ['Connection: closed'], true],
    ['9112 9.3', 'close beats keep-alive', '1.1', ['Connection: keep-alive, close'], false],
    ['9112 9.3', '1.0 by itself', '1.0', [], false],
    ['9112 9.3', '1.0 with keep-alive', '1.0', ['Connection: Keep-Alive'], true],
    ['9112 9.3', '1.0 with both', '1.0', ['Connection: close, keep-alive'], false],
  ])('RFC %s: %s', (_section, _what, version, lines, keepAlive) => {
    const text = get('Host: a', ...lines).replace('1.1', version)
    expect(read(text)).toMatchObject({ keepAlive })
  })
})

describe('accepted: the body', () => {
  it.each([
    ['9112 6.3', 'no field: no body', [], 0, false],
    ['9112 6.2', 'Content-Length', ['Content-Length: 12'], 12, false],
    ['9112 6.2', 'Content-Length of nought', ['Content-Length: 0'], 0, false],
    ['9110 8.6', 'zeros in front', ['Content-Length: 007'], 7, false],
    ['9112 6.1', 'chunked', ['Transfer-Encoding: chunked'], 'chunked', false],
    ['9112 7', 'chunked in capitals', ['Transfer-Encoding: Chunked'], 'chunked', false],
    ['9110 10.1.1', 'Expect', ['Expect: 100-continue', 'Content-Length: 1'], 1, true],
    ['9110 10.1.1', 'Expect in capitals', ['Expect: 100-Continue', 'Content-Length: 1'], 1, true],
    ['9110 10.1.1', 'Expect without a body expects nothing', ['Expect: 100-continue'], 0, false],
  ])('RFC %s: %s', (_section, _what, lines, body, expectsContinue) => {
    expect(read(post(...lines))).toMatchObject({ body, expectsContinue })
  })

  it("RFC 9110 10.1.1: a 1.0 client's expectation is ignored", () => {
    const text = post('Content-Length: 1', 'Expect: the-unexpected').replace('1.1', '1.0')
    expect(read(text)).toMatchObject({ body: 1, expectsContinue: false })
  })
})

describe('refused: the request line', () => {
  it.each([
    ['9112 3', 'two spaces', 'GET  / HTTP/1.1'],
    ['9112 3', 'a tab for a space', 'GET\t/ HTTP/1.1'],
    ['9112 3', 'a space in front', ' GET / HTTP/1.1'],
    ['9112 3', 'a space behind', 'GET / HTTP/1.1 '],
    ['9112 3', 'a space in the target', 'GET /a b HTTP/1.1'],
    ['9112 3', 'no target', 'GET HTTP/1.1'],
    ['9112 3', 'no version (HTTP/0.9)', 'GET /'],
    ['9112 2.3', 'a version in small letters', 'GET / http/1.1'],
    ['9112 2.3', 'a version of two digits', 'GET / HTTP/1.10'],
    ['9112 2.3', 'a version twice', 'GET / HTTP/1.1HTTP/1.1'],
    ['9112 2.3', 'a version without a minor', 'GET / HTTP/1'],
    ['9110 9.1', 'a method that is no token', 'G(T / HTTP/1.1'],
    ['9110 9.1', 'no method', ' / HTTP/1.1'],
    ['9112 3.2', 'a target that is a bare word', 'GET a HTTP/1.1'],
    ['9112 3.2', 'a target of another scheme', 'GET ftp://a/ HTTP/1.1'],
    ['9112 3.2', 'an absolute target of no host', 'GET http:/// HTTP/1.1'],
    ['9112 3.2.3', 'authority-form but for CONNECT', 'GET a:80 HTTP/1.1'],
    ['9112 3.2.3', 'CONNECT without a port', 'CONNECT a HTTP/1.1'],
    ['9112 3.2.3', 'CONNECT without a host', 'CONNECT :80 HTTP/1.1'],
    ['9112 3.2.3', 'CONNECT with an empty port', 'CONNECT a: HTTP/1.1'],
    ['9110 4.2.1', 'an absolute target of a port alone', 'GET http://:80/ HTTP/1.1'],
    ['9110 4.2.4', 'an absolute target with user information', 'GET http://a@b/ HTTP/1.1'],
    ['3986 3.2.3', 'an absolute target with a port that is no number', 'GET http://a:b/ HTTP/1.1'],
    ['3986 3.2.2', 'an absolute target with an open bracket', 'GET http://[::1/ HTTP/1.1'],
    ['9112 3.2.1', 'a fragment', 'GET /a#b HTTP/1.1'],
    ['9112 3.2.1', 'a fragment behind a query', 'GET /a?b#c HTTP/1.1'],
    ['9112 3.2.2', 'a fragment of an absolute target', 'GET http://a/b#c HTTP/1.1'],
    ['9112 3.2.4', 'an asterisk but for OPTIONS', 'GET * HTTP/1.1'],
    ['3986 2', 'a control character in the target', 'GET /\x01 HTTP/1.1'],
    ['3986 2', 'DEL in the target', 'GET /\x7f HTTP/1.1'],
    ['3986 2', 'a byte beyond ASCII in the target', 'GET /\xe9 HTTP/1.1'],
    ['9112 3', 'a NUL', 'GET\0/ HTTP/1.1'],
    ['9112 3', 'an empty line in its place', '\r\n'],
  ])('RFC %s: %s', (_section, _what, line) => {
    expect(read(`${line}\r\nHost: a\r\n\r\n`)).toBe('400 ERR_HTTP_BAD_REQUEST_LINE')
  })

  it.each(['0.9', '2.0', '3.0'])('RFC 9110 15.6.6: HTTP/%s', (version) => {
    const refusal = '505 ERR_HTTP_UNKNOWN_VERSION'
    expect(read(`GET / HTTP/${version}\r\nHost: a\r\n\r\n`)).toBe(refusal)
  })
})

describe('refused: fields', () => {
  it.each([
    ['9112 5.1', 'a space before the colon', 'X : v'],
    ['9112 5.1', 'a tab before the colon', 'X\t: v'],
    ['9112 5.1', 'no colon', 'X'],
    ['9110 5.1', 'an empty name', ': v'],
    ['9110 5.1', 'a name that is no token', 'X(y): v'],
    ['9110 5.1', 'a name beyond ASCII', '\xe9: v'],
    ['9112 5.2', 'obs-fold with a space', 'X: v\r\n w'],
    ['9112 5.2', 'obs-fold with a tab', 'X: v\r\n\tw'],
    ['9112 2.2', 'white space before the first field', ' X: v'],
    ['9110 5.5', 'a NUL in the value', 'X: a\0b'],
    ['9110 5.5', 'a control character in the value', 'X: a\x1bb'],
    ['9110 5.5', 'DEL in the value', 'X: a\x7fb'],
  ])('RFC %s: %s', (_section, _what, line) => {
    expect(read(get(line, 'Host: a'))).toBe('400 ERR_HTTP_BAD_HEADER')
  })

  it.each([
    ['a bare CR in a value', get('Host: a', 'X: a\rb')],
    ['a bare LF in a value', get('Host: a', 'X: a\nY: b')],
    ['a bare LF behind the request line', 'GET / HTTP/1.1\nHost: a\r\n\r\n'],
    ['a bare CR behind the request line', 'GET / HTTP/1.1\rHost: a\r\n\r\n'],
    ['CR CR LF', get('Host: a', 'X: v\r')],
    ['a head of bare LFs, for which no CRLF comes', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['LF as the first byte', '\nGET / HT'],
  ])('RFC 9112 2.2: %s', (_what, text) => {
    expect(read(text)).toBe('400 ERR_HTTP_BARE_LINE_BREAK')
  })

  it.each([
    ['9112 3.2', 'none in 1.1', get()],
    ['9112 3.2', 'two', get('Host: a', 'Host: b')],
    ['9112 3.2', 'two of the same', get('Host: a', 'host: a')],
    ['9112 3.2', 'two in 1.0', get('Host: a', 'Host: a').replace('1.1', '1.0')],
    ['9110 7.2', 'a space in it', get('Host: a b')],
    ['9110 7.2', 'a path', get('Host: a/b')],
    ['9110 7.2', 'user information', get('Host: me@a')],
    ['9110 7.2', 'two ports', get('Host: a:1:2')],
    ['9110 7.2', 'a port that is no number', get('Host: a:b')],
    ['3986 3.2.2', 'an IPv6 address without brackets', get('Host: ::1')],
    ['3986 3.2.2', 'an open bracket', get('Host: [::1')],
    ['3986 3.2.2', 'empty brackets', get('Host: []')],
    ['3986 3.2.2', 'an IPv6 address of too few parts', get('Host: [1:2:3]')],
    ['3986 3.2.2', 'an IPv6 address of colons', get('Host: [:::::]')],
    ['3986 3.2.2', 'an IPv6 address beyond all length', get(`Host: [${'0'.repeat(60)}::1]`)],
    ['3986 3.2.2', 'a zone behind an IPv6 address', get('Host: [fe80::1%25eth0]')],
    ['3986 3.2.2', 'a name in brackets', get('Host: [a]')],
    ['3986 3.2.2', 'a version of addresses without an address', get('Host: [v1.]')],
    ['3986 3.2.2', 'something behind a bracket', get('Host: [::1]a')],
    ['3986 2.1', 'a percent sign alone', get('Host: a%')],
    ['3986 2.1', 'a percent sign before one digit', get('Host: a%4')],
    ['3986 2.1', 'a percent sign before what is no hex', get('Host: a%zz')],
    ['3986 3.2.3', 'a port of six digits', get('Host: a:123456')],
    ['9110 7.2', 'a list', get('Host: a, b')],
    ['9110 7.2', 'bytes beyond ASCII', get('Host: \xe9')],
  ])('RFC %s: Host: %s', (_section, _what, text) => {
    expect(read(text)).toBe('400 ERR_HTTP_BAD_HOST')
  })
})

describe('refused: the body', () => {
  const length = '400 ERR_HTTP_BAD_LENGTH'
  const coding = '400 ERR_HTTP_BAD_CODING'
  const unknown = '501 ERR_HTTP_UNKNOWN_CODING'
  const chunked = 'Transfer-Encoding: chunked'

  it.each([
    ['6.3', 'Content-Length and chunked', [chunked, 'Content-Length: 3'], length],
    ['6.3', 'chunked and Content-Length', ['Content-Length: 3', chunked], length],
    ['6.3', 'two that differ', ['Content-Length: 3', 'Content-Length: 4'], length],
    ['6.3', 'two alike', ['Content-Length: 3', 'Content-Length: 3'], length],
    ['6.3', 'a list', ['Content-Length: 3, 3'], length],
    ['6.2', 'an empty one', ['Content-Length:'], length],
    ['6.2', 'a negative one', ['Content-Length: -1'], length],
    ['6.2', 'a sign', ['Content-Length: +1'], length],
    ['6.2', 'hex', ['Content-Length: 0x10'], length],
    ['6.2', 'a fraction', ['Content-Length: 1.5'], length],
    ['6.2', 'an exponent', ['Content-Length: 1e3'], length],
    ['6.2', 'a unit', ['Content-Length: 3 bytes'], length],
    ['6.2', 'beyond what a number holds', ['Content-Length: 99999999999999999999'], length],
    ['7', 'chunked twice', ['Transfer-Encoding: chunked, chunked'], coding],
    ['7', 'chunked twice, in two fields', [chunked, chunked], coding],
    ['6.1', 'chunked not last', ['Transfer-Encoding: chunked, gzip'], coding],
    ['6.1', 'an empty coding', ['Transfer-Encoding:'], coding],
    ['6.1', 'a list with a gap', ['Transfer-Encoding: , chunked'], coding],
    ['6.1', 'gzip', ['Transfer-Encoding: gzip'], unknown],
    ['6.1', 'gzip, chunked', ['Transfer-Encoding: gzip, chunked'], unknown],
    ['6.1', 'a misspelt coding', ['Transfer-Encoding: xchunked'], unknown],
    ['7', 'chunked with a parameter', ['Transfer-Encoding: chunked;q=1'], unknown],
    ['6.1', 'a quoted coding', ['Transfer-Encoding: "chunked"'], unknown],
  ])('RFC 9112 %s: %s', (_section, _what, lines, refusal) => {
    expect(read(post(...lines))).toBe(refusal)
  })

  it('RFC 9112 6.1: Transfer-Encoding in 1.0', () => {
    expect(read(post(chunked).replace('1.1', '1.0'))).toBe(coding)
  })

  it.each(['', 'something', '100-continue, x', '100-continued'])(
    'RFC 9110 10.1.1: Expect: %j',
    (value) => {
      const refusal = '417 ERR_HTTP_UNKNOWN_EXPECTATION'
      expect(read(post('Content-Length: 1', `Expect: ${value}`))).toBe(refusal)
    },
  )
})

describe('limits', () => {
  const tooLong = '414 ERR_HTTP_TARGET_TOO_LONG'
  const tooLarge = '431 ERR_HTTP_HEAD_TOO_LARGE'

  it('a head of exactly the limit is read, one byte more is not', () => {
    const text = get('Host: a', 'X: v')
    const under = (maxHeaderSize: number): unknown => read(text, { ...limits, maxHeaderSize })
    expect(under(text.length)).toMatchObject({ method: 'GET' })
    expect(under(text.length - 1)).toBe(tooLarge)
  })

  it('RFC 9110 15.5.15: a request line beyond the limit, ended or not', () => {
    const line = `GET /${'a'.repeat(1024)}`
    expect(read(line)).toBe(tooLong)
    expect(read(`${line} HTTP/1.1\r\nHost: a\r\n\r\n`)).toBe(tooLong)
  })

  it('RFC 6585 5: fields beyond the limit, ended or not', () => {
    const head = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(1024)}`
    expect(read(head)).toBe(tooLarge)
    expect(read(`${head}\r\n\r\n`)).toBe(tooLarge)
  })

  it('RFC 6585 5: as many fields as the limit are read, one more is not', () => {
    const lines = Array.from({ length: 9 }, (_, i) => `X-${String(i)}: v`)
    expect(read(get('Host: a', ...lines))).toMatchObject({ method: 'GET' })
    expect(read(get('Host: a', ...lines, 'Y: v'))).toBe(tooLarge)
  })
})

describe('where a head ends', () => {
  it('no beginning of a good head is refused, and none is taken for whole', () => {
    const text = get('Host: a', 'X: v')
    for (let end = 0; end < text.length; end++) {
      expect(read(text.slice(0, end))).toBe('incomplete')
    }
  })

  it('each head counts by itself for the limit', () => {
    const text = get('Host: a')
    for (const { requests, refusal } of decodeEveryWay(text.repeat(3), {
      maxHeaderSize: text.length,
    })) {
      expect(refusal).toBeUndefined()
      expect(requests.map(({ head }) => head.length)).toEqual(Array(3).fill(text.length))
    }
  })

  it('RFC 9112 2.2: empty lines in front of a request count for nothing, however many', () => {
    const text = get('Host: a')
    for (const { requests } of decodeEveryWay('\r\n'.repeat(200) + text, {
      maxHeaderSize: text.length,
    })) {
      expect(requests).toMatchObject([{ head: { method: 'GET' } }])
    }
  })

  it.each(['\r\r\n', '\r', '\n', '\r\n\n'])('RFC 9112 2.2: %j in front is refused', (text) => {
    expect(read(`${text}GET`)).toBe('400 ERR_HTTP_BARE_LINE_BREAK')
  })

  it.each([
    ['wanted', ['Upgrade: x', 'Connection: upgrade'], '1.1', true],
    ['not named by Connection', ['Upgrade: x'], '1.1', false],
    ['named, but not there', ['Connection: upgrade'], '1.1', false],
    ['ignored from a 1.0 client', ['Upgrade: x', 'Connection: upgrade'], '1.0', false],
  ])('RFC 9110 7.8: an upgrade, %s', (_what, lines, version, upgrade) => {
    for (const { requests } of decodeEveryWay(get('Host: a', ...lines).replace('1.1', version))) {
      expect(requests).toMatchObject([{ head: { upgrade } }])
    }
  })
})

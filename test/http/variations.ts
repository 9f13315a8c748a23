// Requests, good and bad, made of parts that each may be odd.

/** What a request is made of; the first of each is the usual one. */
const parts = {
  method: ['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'get', 'BREW', '', 'GE(T', ' GET'],
  target: [
    ...[
      '/',
      '/a?b=c',
      '//a',
      '/%zz',
      '/a;b,c',
      'http://a/x?y',
      'http://b',
      'HTTP://a/',
      '*',
      'a:80',
    ],
    ...['a', '', '/a b', '/a#b', '/\xfc', '/\x7f', '/\x01', '/\t', '/"<>\\^`{|}'],
  ],
  version: [
    ...['HTTP/1.1', 'HTTP/1.0', 'HTTP/1.2', 'HTTP/0.9', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 '],
    ...['HTTP/1', 'HTTP/1.10', 'HTTP/11', 'ICE/1.0', ''],
  ],
  host: [
    ...['Host: a\r\n', 'host:a\r\n', 'Host: a:80\r\n', 'Host: [::1]:80\r\n', 'Host:\r\n', ''],
    ...['Host: a\r\nHost: a\r\n', 'Host: a\r\nhost: b\r\n', 'Host: a b\r\n', 'Host: a/b\r\n'],
    ...['Host: a,b\r\n', 'Host: a@b\r\n', 'Host : a\r\n'],
  ],
  field: [
    ...[
      '',
      'X: y\r\n',
      'X:y\r\n',
      'X:\t y \t\r\n',
      'X:\r\n',
      'X: a\r\nx: b\r\n',
      'X: \x80\xff\r\n',
    ],
    ...["!#$%&'*+-.^_`|~: y\r\n", 'Connection: close\r\n', 'Connection: x, Close\r\n'],
    ...['Connection: keep-alive\r\n', 'Connection: Upgrade\r\nUpgrade: x\r\n'],
    ...['Expect: 100-continue\r\n', 'Cookie: a\r\nCookie: b\r\n', 'X : y\r\n', ' X: y\r\n'],
    ...['X: y\r\n z\r\n', 'X\r\n', ': y\r\n', 'X(: y\r\n', 'X\x80: y\r\n', 'X Y: z\r\n'],
    ...[
      'X: \x01\r\n',
      'X: \x7f\r\n',
      'X: a\0b\r\n',
      'X: y\n',
      'X: y\r',
      'X: y\r\r\n',
      'X: a\rb\r\n',
    ],
  ],
  body: [
    ...['\r\n', 'Content-Length: 0\r\n\r\n', 'Content-Length: 4\r\n\r\nbody'],
    ...['content-length:\t4 \r\n\r\nbody', 'Content-Length: 04\r\n\r\nbody'],
    ...['Content-Length: +4\r\n\r\nbody', 'Content-Length: -4\r\n\r\nbody'],
    ...['Content-Length: 4,4\r\n\r\nbody', 'Content-Length: 0x4\r\n\r\nbody'],
    ...['Content-Length: 4 4\r\n\r\nbody', 'Content-Length:\r\n\r\nbody'],
    ...['Content-Length: 4\r\nContent-Length: 4\r\n\r\nbody'],
    ...['Content-Length: 4\r\nContent-Length: 5\r\n\r\nbody'],
    ...['Content-Length: 18446744073709551620\r\n\r\nbody'],
    ...['Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ...['Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n'],
    ...[
      'chunked',
      'Chunked',
      ' chunked ',
      'gzip',
      'gzip, chunked',
      'chunked, gzip',
      'identity',
    ].map((coding) => `Transfer-Encoding: ${coding}\r\n\r\n4\r\nbody\r\n0\r\n\r\n`),
    ...[
      'chunked, chunked',
      'chunked,',
      ',chunked',
      'xchunked',
      'chunked;a=b',
      '\x0bchunked',
      '',
    ].map((coding) => `Transfer-Encoding: ${coding}\r\n\r\n4\r\nbody\r\n0\r\n\r\n`),
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n',
    ...['04\r\nbody\r\n0\r\n\r\n', '4;a=b\r\nbody\r\n0\r\n\r\n', '4;a="b;c"\r\nbody\r\n0\r\n\r\n'],
    ...[
      '2\r\nbo\r\n2\r\ndy\r\n000\r\n\r\n',
      '4\r\nbody\r\n0\r\nX: y\r\n\r\n',
      'A\r\n0123456789\r\n0\r\n\r\n',
    ],
    ...[
      '4 \r\nbody\r\n0\r\n\r\n',
      ' 4\r\nbody\r\n0\r\n\r\n',
      '0x4\r\nbody\r\n0\r\n\r\n',
      '4\nbody\r\n0\r\n\r\n',
    ],
    ...[
      '+4\r\nbody\r\n0\r\n\r\n',
      '4\r\nbody\n0\r\n\r\n',
      '4\r\nbodyX\r\n0\r\n\r\n',
      '4\r\nbody0\r\n\r\n',
    ],
    ...['4\r\nbody\r\n0\r\nX : y\r\n\r\n', '4\r\nbody\r\n0\r\n\n', '4;a\nb\r\nbody\r\n0\r\n\r\n'],
    ...['10000000000000004\r\nbody\r\n0\r\n\r\n', '\r\n', '00000000000000004\r\nbody\r\n0\r\n\r\n'],
    ...[
      '4;',
      '4; ',
      '4;a;',
      '4;;a',
      '4;a ',
      '4;a b',
      '4;=b',
      '4;a=',
      '4;a=b=c',
      '4;a="b"c',
      '4;a="b',
      '4;a,b',
      '4;a=\xe9',
    ].map((line) => `${line}\r\nbody\r\n0\r\n\r\n`),
    ...['4 ;a', '4; a', '4;a =b', '4;a= b', '4;a="\\""', '4;a=""'].map(
      (line) => `${line}\r\nbody\r\n0\r\n\r\n`,
    ),
    ...['X: y\r\n z', 'X', ': y', 'X(: y', 'X: \0', 'X: y\nY: z', 'Content-Length: 9'].map(
      (line) => `4\r\nbody\r\n0\r\n${line}\r\n\r\n`,
    ),
  ].map((text) =>
    /^(?:\r\n$|content|transfer)/i.test(text) ? text : `Transfer-Encoding: chunked\r\n\r\n${text}`,
  ),
}

export type Part = keyof typeof parts
export type Variation = Record<Part, string>

const names = Object.keys(parts) as Part[]
const usual = Object.fromEntries(names.map((name) => [name, parts[name][0]])) as Variation

/** Each odd part by itself, then `count` requests with two of them or three: the same ones each time. */
export function variations(count: number): Variation[] {
  const all: Variation[] = [usual]
  for (const name of names) {
    for (const part of parts[name].slice(1)) all.push({ ...usual, [name]: part })
  }
  let state = 20_26
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let i = 0; i < count; i++) {
    const made = { ...usual }
    for (let odd = 2 + random(2); odd > 0; odd--) {
      const name = names[random(names.length)] ?? 'field'
      made[name] = parts[name][random(parts[name].length)] ?? ''
    }
    all.push(made)
  }
  return all
}

export function textOf({ method, target, version, host, field, body }: Variation): string {
  return `${method} ${target} ${version}\r\n${host}${field}${body}`
}

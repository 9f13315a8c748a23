// A request stays what it was, however late it is asked and whatever was received meanwhile.

import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../lib'
import { backends } from '../reactor/kinds'
import { answersIn, request, serve, talk } from './talk'

const lines = [
  'X-Padded: \t two words \t',
  'x-twice: 1',
  'X-Empty:',
  'X-TWICE:2',
  'X-Bytes: \xe9\xff',
]

/** All that a request says of its head. */
function told(req: HttpRequest): unknown {
  return [
    [req.method, req.url, req.path, req.httpVersion, [...req.headers]],
    ['x-padded', 'X-Twice', 'x-empty', 'X-bytes', 'x-none'].map((name) => req.header(name)),
    [req.headers.has('x-empty'), req.headers.has('x-emptY'), req.headers.has('x')],
  ]
}

describe.each(backends)('%s', (backend) => {
  it('tells the same at once, after its turn, and once the slab has been used again', async () => {
    const kept: HttpRequest[] = []
    const before: unknown[] = []
    const { port } = serve(backend, async (req, res) => {
      kept.push(req)
      before.push(told(req))
      await setImmediate()
      res.send('ok')
    })
    const asked = (i: number): string => request('REPORT', `/${String(i)}?q`, { lines })
    const all = Array.from({ length: 50 }, (_, i) => asked(i)).join('')
    await talk(port, all + request('GET', '/last', { lines, close: true }))
    expect(before).toHaveLength(51)
    for (let i = 0; i < 3; i++) {
      const noise = request('PUT', `/${'n'.repeat(300)}`, { lines: [`N: ${'n'.repeat(5000)}`] })
      await talk(port, noise.repeat(20), request('GET', '/', { close: true }))
    }
    expect(kept.length).toBeGreaterThan(100)
    expect(kept.map(told)).toEqual(before)
    expect(before[7]).toEqual([
      [
        ...['REPORT', '/7?q', '/7', '1.1'],
        [
          ['Host', 'a'],
          ['X-Padded', 'two words'],
          ['x-twice', '1'],
          ['X-Empty', ''],
          ['X-TWICE', '2'],
          ['X-Bytes', '\xe9\xff'],
        ],
      ],
      ['two words', '1, 2', '', '\xe9\xff', undefined],
      [true, true, false],
    ])
  })

  it('a head that came byte by byte is told as one that came whole', async () => {
    const heads: unknown[] = []
    const { port } = serve(backend, (req, res) => {
      heads.push(told(req))
      res.send('ok')
    })
    const text = request('GET', '/a', { lines, close: true })
    await talk(port, text)
    await talk(port, ...Array.from(text))
    expect(heads[1]).toEqual(heads[0])
  })

  it('an iteration over the fields goes on beyond the turn', async () => {
    const names: string[] = []
    const { port } = serve(backend, async (req, res) => {
      for (const [name] of req.headers) {
        names.push(name)
        await setImmediate()
      }
      res.send('ok')
    })
    const text = request('GET', '/', { lines, close: true })
    await Promise.all([talk(port, text), talk(port, request('GET', '/', { close: true }))])
    expect(names.filter((name) => name.startsWith('X-'))).toEqual([
      ...['X-Padded', 'X-Empty', 'X-TWICE', 'X-Bytes'],
    ])
  })

  it('the socket counts what was received', async () => {
    const { port } = serve(backend, async (req, res) => {
      const body = await req.text()
      res.send(String(req.socket.bytesRead - body.length))
    })
    const text = request('POST', '/', { body: 'four', close: true })
    const answers = answersIn(await talk(port, text))
    expect(answers).toMatchObject([{ body: String(text.length - 4) }])
  })
})

// Forms: multipart and urlencoded, from Node's own client.

import { describe, expect, it } from 'vitest'
import { readForm } from '../../lib/http/form-data'
import { serve } from './talk'

/** What a handler makes of a form. */
async function sent(
  body: FormData | URLSearchParams | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; form: unknown }> {
  const { port } = serve('epoll', async (request, response) => {
    try {
      const form = await request.formData()
      const entries: unknown[] = []
      for (const [name, value] of form) {
        entries.push([
          name,
          typeof value === 'string'
            ? value
            : { name: value.name, type: value.type, text: await value.text() },
        ])
      }
      response.send(entries)
    } catch (error) {
      response.status(400).send((error as NodeJS.ErrnoException).code)
    }
  })
  const url = `http://127.0.0.1:${String(port)}/`
  const answer = await fetch(url, { method: 'POST', body, headers })
  const text = await answer.text()
  return { status: answer.status, form: answer.status === 200 ? JSON.parse(text) : text }
}

describe('formData()', () => {
  it('reads the fields and files of multipart/form-data', async () => {
    const form = new FormData()
    form.append('a', 'ä')
    form.append('a', 'again')
    form.append('file', new File(['content'], 'n ame.txt', { type: 'text/plain' }))
    form.append('empty', new File([], 'none.bin'))
    expect(await sent(form)).toEqual({
      status: 200,
      form: [
        ['a', 'ä'],
        ['a', 'again'],
        ['file', { name: 'n ame.txt', type: 'text/plain', text: 'content' }],
        ['empty', { name: 'none.bin', type: 'application/octet-stream', text: '' }],
      ],
    })
  })

  it('reads a large file whole', async () => {
    const form = new FormData()
    form.append('file', new File(['x'.repeat(900_000)], 'large'))
    const { form: entries } = await sent(form)
    expect(entries).toMatchObject([['file', { text: 'x'.repeat(900_000) }]])
  })

  it('reads application/x-www-form-urlencoded', async () => {
    expect(await sent(new URLSearchParams({ a: 'b c&d', e: '' }))).toEqual({
      status: 200,
      form: [
        ['a', 'b c&d'],
        ['e', ''],
      ],
    })
  })

  it('keeps the order of the body, files among fields, and names of any length', async () => {
    const name = 'n'.repeat(300)
    const form = new FormData()
    form.append('a', new File(['1'], 'ü.txt', { type: 'text/plain' }))
    form.append('a', '2')
    form.append(name, '3')
    form.append('a', new File([], '')) // as a browser sends a file that was not chosen
    expect((await sent(form)).form).toEqual([
      ['a', { name: 'ü.txt', type: 'text/plain', text: '1' }],
      ['a', '2'],
      [name, '3'],
      ['a', { name: '', type: 'application/octet-stream', text: '' }],
    ])
    expect((await sent(new URLSearchParams([[name, '1']]))).form).toEqual([[name, '1']])
  })

  it('a body cut anywhere, amid a file too, fails its reader and nobody else', async () => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\ntext\r\n' +
      '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nfile\r\n--b--'
    const type = 'multipart/form-data; boundary=b'
    async function* cut(end: number) {
      yield Buffer.from(body.slice(0, end / 2))
      await Promise.resolve()
      yield Buffer.from(body.slice(end / 2, end))
    }
    expect([...(await readForm(cut(body.length), type)).keys()]).toEqual(['a', 'f'])
    for (let end = 2; end < body.length; end += 2) {
      const read = readForm(cut(end), type)
      await expect(read, `cut at ${String(end)}`).rejects.toMatchObject({
        code: 'ERR_HTTP_NO_FORM',
      })
    }
  })

  it('takes 10,000 parts, and refuses one more rather than leave it out', async () => {
    const part = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b' }
    const form = (parts: number): string => `${part.repeat(parts)}--b--`
    expect((await sent(form(10_000), headers)).form).toHaveLength(10_000)
    expect(await sent(form(10_001), headers)).toEqual({ status: 400, form: 'ERR_HTTP_NO_FORM' })
  })

  it.each([
    ['another type', 'text', { 'Content-Type': 'text/plain' }],
    ['no boundary', 'text', { 'Content-Type': 'multipart/form-data' }],
    [
      'an end that is missing',
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\ntext',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
    ],
    [
      'an end amid a file',
      '--b\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\ntext',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
    ],
    [
      'a part without a name',
      '--b\r\nContent-Disposition: form-data\r\n\r\ntext\r\n--b--',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
    ],
  ])('refuses %s', async (_, body, headers) => {
    expect(await sent(body, headers)).toEqual({ status: 400, form: 'ERR_HTTP_NO_FORM' })
  })
})

// Forms: multipart and urlencoded, from Node's own client.

import { describe, expect, it } from 'vitest'
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

  it.each([
    ['another type', 'text', { 'Content-Type': 'text/plain' }],
    ['no boundary', 'text', { 'Content-Type': 'multipart/form-data' }],
    [
      'an end that is missing',
      '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\ntext',
      { 'Content-Type': 'multipart/form-data; boundary=b' },
    ],
  ])('refuses %s', async (_, body, headers) => {
    expect(await sent(body, headers)).toEqual({ status: 400, form: 'ERR_HTTP_NO_FORM' })
  })
})

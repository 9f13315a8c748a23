// curl as a client, where it is installed.

import { execFile, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveStatic, type StaticHandler } from '../../lib'
import { temporaryFolder } from '../sys/cleanup'
import { foreign } from './foreign'
import { serve } from './talk'

const run = promisify(execFile)
const missing = spawnSync('curl', ['--version'], { env: foreign }).error !== undefined
const where = missing ? ' (skipped: no curl here)' : ''

describe.skipIf(missing)(`curl${where}`, () => {
  const at = temporaryFolder()
  const content = Buffer.from(Uint32Array.from({ length: 100_000 }, (_, i) => i).buffer)
  let files: StaticHandler

  beforeAll(() => {
    fs.writeFileSync(at('file.bin'), content)
    files = serveStatic(at(''))
  })
  afterAll(() => {
    files.close()
  })

  const start = (): string => {
    const { port } = serve('epoll', async (req, res) => {
      if (req.path === '/upload') res.send({ length: (await req.bytes()).length })
      else if (req.path === '/pieces') {
        for (let i = 0; i < 3; i++) res.write(`${String(i)},`)
        res.end()
      } else await files(req, res)
    })
    return `http://127.0.0.1:${String(port)}`
  }
  const curl = async (...words: string[]): Promise<Buffer> =>
    (await run('curl', ['-sS', '--noproxy', '*', ...words], { encoding: 'buffer', env: foreign }))
      .stdout

  it('gets a file whole and in part, and only where it has changed', async () => {
    const url = `${start()}/file.bin`
    expect((await curl(url)).equals(content)).toBe(true)
    expect((await curl('-r', '1000-1999', url)).equals(content.subarray(1000, 2000))).toBe(true)
    const status = ['-o', at('got'), '-w', '%{http_code} %{size_download}']
    await curl('--etag-save', at('tag'), '-o', at('got'), url)
    expect(String(await curl('--etag-compare', at('tag'), ...status, url))).toBe('304 0')
    expect(String(await curl('-z', at('file.bin'), ...status, url))).toBe('304 0')
    expect(String(await curl('-I', ...status, url))).toBe('200 0')
  })

  it('goes on with a download that was cut off', async () => {
    const url = `${start()}/file.bin`
    fs.writeFileSync(at('part'), content.subarray(0, 123_456))
    await curl('-C', '-', '-o', at('part'), url)
    expect(fs.readFileSync(at('part')).equals(content)).toBe(true)
  })

  it('sends a body with a length, chunked, and after 100 Continue', async () => {
    const url = `${start()}/upload`
    const expected = JSON.stringify({ length: content.length })
    const body = ['--data-binary', `@${at('file.bin')}`]
    expect(String(await curl(...body, url))).toBe(expected)
    expect(String(await curl(...body, '-H', 'Transfer-Encoding: chunked', url))).toBe(expected)
    const patient = ['-H', 'Expect: 100-continue', '--expect100-timeout', '30']
    expect(String(await curl(...body, ...patient, url))).toBe(expected)
  })

  it('keeps its connection from one request to the next', async () => {
    const url = start()
    const each = ['-o', at('got'), '-w', '%{num_connects} ']
    const pieces = await curl(...each, `${url}/pieces`, ...each, `${url}/file.bin`)
    expect(String(pieces)).toBe('1 0 ')
  })

  it('speaks HTTP/1.0', async () => {
    expect(String(await curl('--http1.0', `${start()}/pieces`))).toBe('0,1,2,')
  })
})

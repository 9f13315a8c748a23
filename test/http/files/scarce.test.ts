// A process that has no descriptor left still answers, and serves on once it has some. So does one that meets a
// file shorter than it says.

import fs from 'node:fs'
import zlib from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { serveStatic } from '../../../lib'
import { runScript } from '../../multiplexer/child'
import { temporaryFolder } from '../../sys/cleanup'
import { answersIn, request, serve, talk } from '../talk'

const at = temporaryFolder()

beforeAll(() => {
  fs.writeFileSync(at('a.txt'), 'text')
  fs.writeFileSync(at('a.txt.gz'), zlib.gzipSync('text'))
  fs.writeFileSync(at('index.html'), 'home')
})

it('is answered 503 without a descriptor, and nothing is lost', async () => {
  const { output } = await runScript(
    `
    const fs = require('fs')
    const net = require('net')
    const { Reactor, serveStatic } = require('edgeloop')
    const reactor = new Reactor()
    const files = serveStatic(process.argv[1], { precompressed: true })
    const server = reactor.serve({ handler: files })
    reactor.run()
    const client = net.connect(server.port, '127.0.0.1').setEncoding('latin1')
    const ask = (target) => new Promise((resolve) => {
      let heard = ''
      const hear = (text) => {
        heard += text
        if (!/\\r\\n\\r\\n/.test(heard)) return
        client.off('data', hear)
        resolve(Number(heard.slice(9, 12)))
      }
      client.on('data', hear)
      client.write('HEAD ' + target + ' HTTP/1.1\\r\\nHost: a\\r\\nAccept-Encoding: gzip\\r\\n\\r\\n')
    })
    const taken = []
    const fill = () => {
      try { for (;;) taken.push(fs.openSync('/dev/null')) } catch {}
    }
    const count = () => fs.readdirSync('/proc/self/fd').length
    ;(async () => {
      const seen = [await ask('/a.txt')]
      const before = count()
      fill()
      // What is sent and what lies beside it are open at once: two for a file, three for an index.
      for (let spare = 0; spare < 3; spare++) {
        seen.push(await ask('/a.txt'), await ask('/'))
        if (taken.length > 0) fs.closeSync(taken.pop())
      }
      for (const fd of taken.splice(0)) fs.closeSync(fd)
      seen.push(await ask('/a.txt'), count() - before)
      client.destroy()
      await server.close()
      files.close()
      console.log(JSON.stringify(seen))
    })()
    `,
    { args: [at('')], limit: 128 },
  )
  expect(JSON.parse(output)).toEqual([200, 503, 503, 503, 503, 200, 503, 200, 0])
})

// In sysfs every file says that it has 4096 bytes.
const short = '/sys/devices/system/cpu/online'
const where = fs.existsSync(short) ? '' : ' (skipped: no sysfs here)'

it.skipIf(where !== '')(`a file shorter than it says is answered 500${where}`, async () => {
  const files = serveStatic('/sys/devices/system/cpu', { cacheControl: 'max-age=60' })
  const { port } = serve('epoll', files)
  const text = request('GET', '/online') + request('GET', '/none', { close: true })
  const answers = answersIn(await talk(port, text))
  expect(answers).toMatchObject([{ status: 500, body: 'Internal Server Error' }, { status: 404 }])
  expect(answers[0]?.headers).not.toHaveProperty('etag')
  expect(answers[0]?.headers).not.toHaveProperty('cache-control')
  files.close()
})

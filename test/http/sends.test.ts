// How often the kernel is called to send answers: strace tells, where it is installed.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { backends } from '../reactor/kinds'
import { temporaryFolder } from '../sys/cleanup'
import { foreign } from './foreign'

const trace = ['-f', '-qq', '-s', '16', '-e', 'trace=sendto,sendmsg,write,writev']
const strace = spawnSync('strace', [...trace, 'true'], { env: foreign }).status === 0
const where = strace ? '' : ' (skipped: no strace here)'

const script = `
  const net = require('net')
  const { Reactor } = require('edgeloop')
  const reactor = new Reactor({ backend: process.argv[1] })
  const waiting = []
  const server = reactor.serve({ async handler(req, res) {
    if (req.path === '/later') {
      waiting.unshift(res)
      if (waiting.length === 16) setImmediate(() => waiting.forEach((one, i) => one.send(String(i))))
      return
    }
    if (req.path === '/awaits') await Promise.resolve()
    if (req.path === '/pieces') res.write('a piece')
    res.end('the end')
  } })
  reactor.run()
  const client = net.connect(server.port, '127.0.0.1')
  let heard = 0
  let wake
  client.setEncoding('latin1').on('data', (text) => {
    heard += text.split('HTTP/1.1 200').length - 1
    if (heard === 16) setImmediate(wake)
  })
  client.on('connect', async () => {
    for (const path of ['/at-once', '/awaits', '/pieces', '/later']) {
      heard = 0
      client.write(('GET ' + path + ' HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n').repeat(16))
      await new Promise((resolve) => { wake = resolve })
    }
    client.destroy()
    await server.close()
  })
`

describe.skipIf(!strace).each(backends)(`%s${where}`, (backend) => {
  const at = temporaryFolder()

  it('sixteen pipelined requests are answered by one send, however their handlers answer', async () => {
    await runScript(script, {
      under: ['strace', ...trace, '-o', at('trace')],
      args: [backend],
    })
    const sends = readFileSync(at('trace'), 'latin1').match(/"HTTP\/1\.1 200/g)
    expect(sends).toHaveLength(4)
  })
})

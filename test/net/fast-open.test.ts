// TCP Fast Open: RFC 7413. Servers are allowed it in a network namespace of the test's own.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { runScript } from '../multiplexer/child'
import { kinds } from '../reactor/kinds'

/** Brings the namespace's loopback up (SIOCSIFFLAGS), allows servers Fast Open, and becomes the command. */
const prepare = [
  'import fcntl, os, socket, struct, sys',
  's = socket.socket()',
  'fcntl.ioctl(s, 0x8914, struct.pack("16sh22x", b"lo", 0x41))',
  's.close()',
  'open("/proc/sys/net/ipv4/tcp_fastopen", "w").write("3")',
  'os.execvp(sys.argv[1], sys.argv[1:])',
].join('\n')

const under = ['unshare', '--net', 'python3', '-c', prepare]

function possible(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/proc/sys/net/ipv4/tcp_fastopen')) return false
  const [program = '', ...rest] = under
  return spawnSync(program, [...rest, 'true']).status === 0
}

const able = possible()
const title = 'sends the first write with the first packet where the server is known to take it'

describe.each(kinds)('fastOpen on $name', (kind) => {
  it.skipIf(!able)(able ? title : `${title}: needs root and unshare(1)`, async () => {
    const { output } = await runScript(
      `
      const { readFileSync } = require('fs')
      const { Reactor } = require('edgeloop')
      const counter = (name) => {
        const [names, values] = readFileSync('/proc/net/netstat', 'utf8').split('\\n').map((line) => line.split(' '))
        return Number(values[names.indexOf(name)])
      }
      const common = { trigger: '${kind.trigger}' }
      async function main() {
        const reactor = new Reactor({ backend: '${kind.backend}' })
        const { port } = reactor.listen({
          ...common,
          fastOpen: 5,
          socket: { data: (socket, chunk) => socket.write(chunk) },
        })
        reactor.run()
        const calls = []
        for (const size of [3, 3, 200000, 0]) {
          let got = 0
          let closed
          const over = new Promise((resolve) => (closed = resolve))
          await reactor.connect({
            ...common,
            port,
            fastOpen: true,
            socket: {
              open: (socket) => {
                if (size === 0) socket.destroy()
                else socket.write(Buffer.alloc(size, 'x'))
              },
              data: (socket, chunk) => {
                got += chunk.length
                if (got === size) socket.end()
              },
              close: (socket, error) => closed(error),
            },
          }).catch((error) => calls.push(error.code))
          const error = await over
          calls.push(got, error?.code ?? 'well')
        }
        console.log(JSON.stringify([calls, counter('TCPFastOpenActive')]))
        reactor.close()
      }
      main()`,
      { under },
    )
    const [calls, active] = JSON.parse(output) as [unknown[], number]
    expect(calls).toEqual([3, 'well', 3, 'well', 200_000, 'well', 'ERR_CLOSED', 0, 'well'])
    // The first of them brought the cookie; the last never sent anything.
    expect(active).toBe(2)
  })

  it('does no harm where the server does not take it', async () => {
    const { output } = await runScript(`
      const { Reactor } = require('edgeloop')
      async function main() {
        const reactor = new Reactor({ backend: '${kind.backend}' })
        const common = { trigger: '${kind.trigger}' }
        const { port } = reactor.listen({ ...common, socket: { open: (socket) => socket.end('hi') } })
        reactor.run()
        const got = await new Promise((resolve) => {
          reactor.connect({
            ...common,
            port,
            fastOpen: true,
            socket: { data: (_, chunk) => resolve(Buffer.from(chunk).toString()) },
          })
        })
        console.log(got)
        reactor.close()
      }
      main()`)
    expect(output).toBe('hi')
  })
})

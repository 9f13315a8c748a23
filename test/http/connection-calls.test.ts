// What a connection of one request costs in system calls: strace counts them.

import { describe, expect, it } from 'vitest'
import { strace, times, traced, without } from '../multiplexer/traced'
import { kinds } from '../reactor/kinds'

const scene = `
  const { Reactor } = require('edgeloop')
  const sys = require('edgeloop/sys')
  const { AF_INET, SOCK_STREAM } = sys.constants
  const [backend, trigger] = process.argv.slice(1)
  const reactor = new Reactor({ backend })
  const server = reactor.serve({ trigger, handler: (req, res) => res.send('hello') })
  const room = new Uint8Array(1000)
  const hear = (fd) => {
    let heard = ''
    for (let n; (n = sys.recv(fd, room)) > 0;) heard += Buffer.from(room.subarray(0, n)).toString()
    return heard
  }
  const talk = (request) => {
    const fd = sys.socket(AF_INET, SOCK_STREAM)
    sys.connect(fd, { address: '127.0.0.1', port: server.port })
    sys.send(fd, Buffer.from(request))
    reactor.turn(1000)
    reactor.turn(0)
    const heard = hear(fd)
    sys.close(fd)
    return heard
  }
  const last = 'GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'
  // From a crowd on, as many are taken at once as came the last time.
  for (let i = 0; i < 3; i++) talk(last)
  ;`

describe.runIf(strace).each(kinds)(`on $name${without}`, (kind) => {
  it('is one turn: accept, receive, send, close, and in no set of the kernel’s', async () => {
    const { output, calls } = await traced(
      scene +
        `
        begin()
        let heard = ''
        for (let i = 0; i < 10; i++) heard += talk(last)
        end()
        console.log(heard.split('HTTP/1.1 200 OK').length - 1, heard.split('hello').length - 1)
        reactor.close()`,
      [kind.backend, kind.trigger],
    )
    expect(output).toBe('10 10')
    expect(times(calls, 'accept4')).toBe(10)
    expect(times(calls, 'shutdown')).toBe(0)
    expect(times(calls, 'epoll_ctl')).toBe(0)
    // One of each is the client's, and the client hears the answer and the end.
    expect(times(calls, 'sendto')).toBe(20)
    expect(times(calls, 'recvfrom')).toBe(30)
    expect(times(calls, 'close')).toBe(20)
  })
})

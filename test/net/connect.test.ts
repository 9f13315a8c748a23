import { describe, expect, it } from 'vitest'
import { SystemError } from '../../lib'
import * as sys from '../../lib/sys'
import { keep, thrown } from '../multiplexer/scene'
import { kinds } from '../reactor/kinds'
import { deferred, descriptors, listening, peerServer, serve, turnOfTheLoop } from './peers'
import { refusingPort, rejected } from './racing'

describe.each(kinds)('connect on $name', (kind) => {
  it('connect to a port where nobody listens rejects with ECONNREFUSED and the address', async () => {
    const port = refusingPort()
    const before = descriptors()
    const { reactor } = serve(kind, {})
    const calls: string[] = []
    const error = await rejected(
      reactor.connect({
        port,
        trigger: kind.trigger,
        socket: {
          open: () => calls.push('open'),
          error: (_, error) => calls.push(error instanceof SystemError ? error.code : 'no code'),
          close: (socket) => calls.push(`close ${String(socket.fd)}`),
        },
      }),
    )
    expect(error).toBeInstanceOf(SystemError)
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: '127.0.0.1',
      port,
    })
    await turnOfTheLoop()
    expect(calls).toEqual(['ECONNREFUSED', 'close -1'])
    reactor.close()
    expect(descriptors()).toBeLessThanOrEqual(before)
  })

  it('connect gives up with ETIMEDOUT after its timeout, and not before', async () => {
    const { AF_INET, SOCK_STREAM, SOCK_NONBLOCK } = sys.constants
    const full = keep(sys.socket(AF_INET, SOCK_STREAM))
    sys.bind(full, { address: '127.0.0.1', port: 0 })
    sys.listen(full, 0)
    const address = sys.getsockname(full)
    if (!('port' in address)) throw new Error('no port')
    for (let i = 0; i < 4; i++) {
      sys.connect(keep(sys.socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK)), address)
    }
    const { reactor } = serve(kind, {})
    const calls: string[] = []
    const begun = performance.now()
    const error = await rejected(
      reactor.connect({
        port: address.port,
        timeout: 60,
        trigger: kind.trigger,
        socket: {
          open: () => calls.push('open'),
          error: () => calls.push('error'),
          close: () => calls.push('close'),
        },
      }),
    )
    expect(performance.now() - begun).toBeGreaterThanOrEqual(58)
    expect(error).toMatchObject({
      code: 'ETIMEDOUT',
      syscall: 'connect',
      address: '127.0.0.1',
      port: address.port,
    })
    await turnOfTheLoop()
    expect(calls).toEqual(['error', 'close'])
  })

  it('a timeout that does not come to pass changes nothing', async () => {
    const port = await peerServer((peer) => peer.pipe(peer))
    const { reactor } = serve(kind, {})
    const got = deferred<string>()
    const socket = await reactor.connect({
      port,
      timeout: 400, // within which a busy machine connects
      trigger: kind.trigger,
      socket: {
        data: (_, chunk) => {
          got.resolve(Buffer.from(chunk).toString())
        },
      },
    })
    await new Promise((resolve) => setTimeout(resolve, 450))
    socket.write('alive')
    expect(await got.promise).toBe('alive')
  })

  it('reactor.close() rejects a connect that is under way', async () => {
    const port = await peerServer(() => undefined)
    const { reactor } = listening(kind, {})
    const attempt = rejected(reactor.connect({ port, trigger: kind.trigger, socket: {} }))
    await turnOfTheLoop()
    reactor.close()
    expect(await attempt).toMatchObject({ code: 'ERR_CLOSED' })
    expect(thrown(() => reactor.turn(0)).code).toBe('ERR_CLOSED')
  })
})

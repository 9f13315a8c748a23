import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { Client, start } from './example'

describe('examples/http-server', () => {
  it('answers, takes a body, sends piece by piece, and refuses the rest', async () => {
    const example = start('http-server/server.mjs', '0')
    const address = `http://127.0.0.1:${String(await example.port())}`
    const get = async (path: string, init?: RequestInit) => fetch(address + path, init)

    expect(await (await get('/?name=you')).json()).toEqual({ hello: 'you' })
    const upper = await get('/upper', { method: 'POST', body: 'hello' })
    expect(await upper.text()).toBe('HELLO')
    const numbers = await get('/numbers')
    expect(numbers.headers.get('transfer-encoding')).toBe('chunked')
    expect(await numbers.text()).toBe('1\n2\n3\n4\n5\n')
    const large = await get('/upper', { method: 'POST', body: 'x'.repeat(100_000) })
    expect(large.status).toBe(413)
    expect((await get('/nowhere')).status).toBe(404)
    await example.interrupt()
  })

  it('finishes on SIGINT what it has begun to answer', async () => {
    const example = start('http-server/server.mjs', '0')
    const client = await Client.connect(await example.port())
    client.socket.write('GET /numbers HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.hears(/\r\n1\n/)
    example.child.kill('SIGINT')
    await client.hears(/\r\n5\n\r\n0\r\n\r\n$/)
    await once(client.socket, 'close')
    await example.ends()
  })
})

describe('examples/chat', () => {
  it('passes lines on whole, however they came, and tells who comes and goes', async () => {
    const example = start('chat/chat.mjs', '0')
    const port = await example.port()
    const one = await Client.connect(port)
    await one.hears(/^you are guest 1, with 0 others\n$/)
    const two = await Client.connect(port)
    await two.hears(/^you are guest 2, with 1 others\n$/)
    await one.hears(/guest 2 is here\n$/)
    const bytes = Buffer.from('Grüße\nand')
    one.socket.write(bytes.subarray(0, 3)) // in the midst of the ü
    one.socket.write(bytes.subarray(3))
    one.socket.write(' more\r\n')
    await two.hears(/others\nguest 1: Grüße\nguest 1: and more\n$/)
    one.socket.end()
    await two.hears(/guest 1 is gone\n$/)
    await example.interrupt()
  })

  it('drops who does not end a line', async () => {
    const example = start('chat/chat.mjs', '0')
    const port = await example.port()
    const other = await Client.connect(port)
    await other.hears(/guest 1/)
    const endless = await Client.connect(port)
    endless.socket.on('error', () => {})
    endless.socket.write('x'.repeat(5000))
    await other.hears(/guest 2 is gone: too long a line\n$/)
    await example.interrupt()
  })

  it('drops who does not read, and serves the others on', async () => {
    const example = start('chat/chat.mjs', '0')
    const port = await example.port()
    const deaf = await Client.connect(port)
    await deaf.hears(/guest 1/)
    deaf.socket.on('error', () => {})
    deaf.socket.pause()
    const reader = await Client.connect(port)
    await reader.hears(/guest 2/)
    const talker = await Client.connect(port)
    await talker.hears(/guest 3/)

    // The reader is never more than a block behind: only who does not read at all is dropped.
    const block = `${'x'.repeat(999)}\n`.repeat(64)
    const asHeard = block.length + 64 * 'guest 3: '.length
    const gone = reader.hears(/guest 1 is gone\n/).then(() => true)
    let target = reader.socket.bytesRead
    for (let dropped = false; !dropped;) {
      talker.socket.write(block)
      target += asHeard
      while (reader.socket.bytesRead < target) await once(reader.socket, 'data')
      dropped = await Promise.race([gone, Promise.resolve(false)])
    }
    talker.socket.write('the end\n')
    await reader.hears(/guest 3: the end\n/)
    await example.interrupt()
  })
})

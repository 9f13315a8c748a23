import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { Client, exchange, start } from './example'

describe('examples/framed-echo', () => {
  it('answers each line, however it came, and the last without its end', async () => {
    const example = start('framed-echo/echo.mjs', '0')
    const port = await example.port()
    const client = await Client.connect(port)
    const bytes = Buffer.from('Grüße\r\nand')
    client.socket.write(bytes.subarray(0, 3)) // in the midst of the ü
    client.socket.write(bytes.subarray(3))
    await client.hears(/^5: Grüße\n$/)
    client.socket.write(' more\n')
    await client.hears(/\n8: and more\n$/)
    client.socket.end()
    expect((await exchange(port, Buffer.from('a\n\nlast'))).toString()).toBe('1: a\n0: \n4: last\n')
    await example.interrupt()
  })

  it('gives up on too long a line', async () => {
    const example = start('framed-echo/echo.mjs', '0')
    const client = await Client.connect(await example.port())
    client.socket.on('error', () => {})
    client.socket.write('x'.repeat(2000))
    await once(client.socket, 'close')
    await example.prints(/closed: A message is longer than the 1024 bytes/)
    await example.interrupt()
  })
})

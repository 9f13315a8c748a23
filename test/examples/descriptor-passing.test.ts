import { describe, expect, it } from 'vitest'
import { Client, start } from './example'

describe('examples/descriptor-passing', () => {
  it('has each connection served by one of its workers, in turn', async () => {
    const example = start('descriptor-passing/balance.mjs', '0', '2')
    const port = await example.port()
    const [, one = '', other = ''] = await example.prints(/workers: (\d+), (\d+)/)
    const served: string[] = []
    for (let i = 0; i < 4; i++) {
      const client = await Client.connect(port)
      client.socket.write('hello\n')
      const text = await client.hears(/hello\n$/)
      served.push(/^worker (\d+) echoes\n/.exec(text)?.[1] ?? text)
      client.socket.destroy()
    }
    expect(served).toEqual([one, other, one, other])
    await example.interrupt()
  })
})

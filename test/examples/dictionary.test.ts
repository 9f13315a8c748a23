import { describe, expect, it } from 'vitest'
import { Peer } from '../net/datagram-peers'
import { start } from './example'

describe('examples/dictionary-server', () => {
  it('answers each datagram with one, whatever was in it, and counts them', async () => {
    const example = start('dictionary-server/dictionary.mjs', '0')
    const port = await example.port()
    const peer = await Peer.bind()
    for (const word of ['epoll\n', 'Select', '', 'no such word', 'x'.repeat(100)]) {
      await peer.say(word, port)
    }
    expect(await peer.hears(5)).toEqual([
      'epoll: waits for descriptors that the kernel remembers; answers only those that are ready\n',
      expect.stringMatching(/^select: waits for descriptors below 1024/),
      ': not in this dictionary\n',
      'no such word: not in this dictionary\n',
      `${'x'.repeat(64)}: not in this dictionary\n`,
    ])
    example.child.kill('SIGINT')
    await example.prints(/\n5 asked, 5 answered, 0 dropped\n/)
    await example.ends()
  })
})

// One thread that waits for everything: the kernel's descriptors on the Reactor, Node's own beside it.

import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { describe, it } from 'vitest'
import { backends } from '../reactor/kinds'
import { temporaryFolder } from '../sys/cleanup'
import { Client, startWith } from './example'

describe.each(backends)('examples/reactor on %s', (backend) => {
  const at = temporaryFolder()

  it('serves each of them while the others go on', async () => {
    const example = startWith({ EDGELOOP_BACKEND: backend }, 'reactor/side-by-side.mjs', at(''))
    const [, port] = await example.prints(/^try: nc 127\.0\.0\.1 (\d+)$/m)
    const client = await Client.connect(Number(port))
    client.socket.write('hello')
    await client.hears(/^hello$/)
    writeFileSync(at('file'), '')
    example.child.kill('SIGUSR2')
    await example.prints(/^folder {3}file was created/m)
    await example.prints(new RegExp(`^signal {3}SIGUSR2 from process ${String(process.pid)}$`, 'm'))
    await example.prints(/^device {3}\d\d\.\d\d C$/m)
    await example.prints(/^timer {4}tick 2$/m)
    await example.prints(/^process {2}\d+ has ended$/m)
    await example.prints(/^server {3}5 bytes$/m)
    await example.prints(/^node {5}.*device \d/m)
    client.socket.end()
    await example.interrupt()
  })
})

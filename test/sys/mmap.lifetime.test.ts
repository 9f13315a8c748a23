import { describe, expect, it } from 'vitest'
import { runScript } from './script'

/** For every script: maps a file of its own, and counts the mappings of it. */
const prelude = `
  const fs = require('node:fs')
  const os = require('node:os')
  const path = require('node:path')
  const { once } = require('node:events')
  const { Worker } = require('node:worker_threads')
  const { setImmediate: turn } = require('node:timers/promises')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
  process.on('exit', () => fs.rmSync(folder, { recursive: true }))
  const name = path.join(folder, 'mapped')
  fs.writeFileSync(name, Buffer.alloc(65536, 'a'))
  const fd = sys.open(name, constants.O_RDWR)
  const map = () => sys.mmap(65536, constants.PROT_READ | constants.PROT_WRITE, constants.MAP_SHARED, fd)
  const mapped = () => fs.readFileSync('/proc/self/maps', 'utf8').split(name).length - 1
  async function collected(goal) {
    for (let round = 0; round < 1000 && mapped() > goal; round++) { gc(); await turn() }
    return mapped()
  }
  const transfer = (buffer) =>
    buffer.transfer ? buffer.transfer() : structuredClone(buffer, { transfer: [buffer] })
  // What a Worker starts with.
  const worker = (body, options) => new Worker(\`
    const sys = require('./dist/sys')
    const { constants } = sys
    const { parentPort, workerData } = require('node:worker_threads')
    const fd = sys.open(workerData, constants.O_RDWR)
    const map = () => sys.mmap(65536, constants.PROT_READ | constants.PROT_WRITE, constants.MAP_SHARED, fd)
    \${body}\`, { eval: true, workerData: name, ...options })
`

async function passes(source: string, ...flags: string[]): Promise<void> {
  const ended = await runScript(prelude + source, '--expose-gc', ...flags)
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' })
}

describe('the lifetime of a mapping', () => {
  it('ends when its buffer is collected', async () => {
    await passes(`
      for (let count = 0; count < 50; count++) map()
      assert.ok(mapped() > 0)
      assert.equal(await collected(0), 0)`)
  })

  it('lasts while a view of it is used', async () => {
    await passes(`
      const part = map().subarray(100, 200)
      for (let round = 0; round < 20; round++) { gc(); await turn() }
      assert.equal(mapped(), 1)
      assert.equal(part[0], 97)`)
  })

  it('is not ended a second time by the collector after munmap', async () => {
    await passes(`
      let view = map()
      sys.munmap(view)
      const other = map()          // most likely at the same address
      view = undefined
      for (let round = 0; round < 20; round++) { gc(); await turn() }
      assert.equal(mapped(), 1)
      assert.equal(other[65535], 97)
      sys.munmap(other)`)
  })

  it('follows the memory to the buffer that holds it last', async () => {
    await passes(`
      let view = map()
      let moved
      try { moved = new Uint8Array(transfer(view.buffer)) } catch { process.exit(0) }
      view = undefined
      for (let round = 0; round < 20; round++) { gc(); await turn() }
      assert.equal(moved[65535], 97)
      moved[0] = 1
      moved = undefined
      assert.equal(await collected(0), 0)`)
  })

  it('follows the memory by transfer(), for munmap too', async () => {
    await passes(
      `
      if (!ArrayBuffer.prototype.transfer) process.exit(0)
      const view = map()
      const moved = new Uint8Array(view.buffer.transfer())
      assert.equal(view.length, 0)
      moved[0] = 1
      assert.equal(mapped(), 1)
      sys.munmap(moved)
      assert.equal(moved.length, 0)
      assert.equal(mapped(), 0)
      const shorter = map().buffer.transfer(100)   // a copy: the mapping is no longer used
      assert.equal(new Uint8Array(shorter)[99], 97)
      assert.equal(await collected(0), 0)`,
      ...(process.versions.node.startsWith('20.') ? ['--harmony-rab-gsab-transfer'] : []),
    )
  })

  it('ends with the Worker that made it', async () => {
    await passes(`
      for (let round = 0; round < 5; round++) {
        const made = worker('globalThis.views = [map(), map(), map()]; globalThis.views[0][0] = 1')
        await once(made, 'exit')
        assert.equal(mapped(), 0)
      }
      const endless = worker('globalThis.view = map(); parentPort.postMessage(0); setInterval(() => {}, 1000)')
      await once(endless, 'message')
      assert.equal(mapped(), 1)
      await endless.terminate()
      assert.equal(mapped(), 0)`)
  })

  it('outlasts its Worker where the memory was moved to another thread', async () => {
    await passes(
      `
      // A buffer of transfer() has lost the mark by which Node keeps foreign memory in its thread.
      const made = worker(\`
        const view = map()
        try {
          const buffer = view.buffer.transfer ? view.buffer.transfer() : view.buffer
          parentPort.postMessage(buffer, [buffer])
        } catch { parentPort.postMessage(view.slice().buffer) }\`)
      const [[buffer]] = await Promise.all([once(made, 'message'), once(made, 'exit')])
      for (let round = 0; round < 20; round++) { gc(); await turn() }
      const view = new Uint8Array(buffer)
      assert.equal(view[65535], 97)
      view.fill(98)
      assert.throws(() => sys.munmap(view), { code: 'ERR_OUT_OF_RANGE' })`,
      ...(process.versions.node.startsWith('20.') ? ['--harmony-rab-gsab-transfer'] : []),
    )
  })

  it('may last until the process exits', async () => {
    await passes(`globalThis.views = [map(), map()]`)
    await passes(`globalThis.views = [map(), map()]; process.exit(0)`)
  })
})

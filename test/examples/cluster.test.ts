import { describe, expect, it } from 'vitest'
import { start } from './example'

describe('examples/cluster', () => {
  it('answers from Workers, brings back the one that crashes, and ends on SIGINT', async () => {
    const example = start('cluster/main.mjs', '0')
    const address = `http://127.0.0.1:${String(await example.port())}`
    const get = async (path: string) => (await fetch(address + path)).text()
    expect(await get('/')).toMatch(/^Worker \d+\n$/)
    await get('/crash').catch(() => 'the Worker was faster')
    const [, id] = await example.prints(/Worker (\d): crashed, .+; again in 100 ms\n/)
    await example.prints(new RegExp(`Worker ${String(id)} is back, as thread \\d+\n`))
    expect(await get('/')).toMatch(/^Worker \d+\n$/)
    await example.interrupt()
  })
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { start } from './example'

it('examples/static-server serves files, a path of its own, and logs', async () => {
  const example = start('static-server/server.mjs', 'examples/static-server', '0')
  const address = `http://127.0.0.1:${String(await example.port())}`
  const file = await fetch(`${address}/server.mjs`)
  expect(await file.text()).toBe(readFileSync('examples/static-server/server.mjs', 'utf8'))
  expect(file.headers.get('cache-control')).toBe('max-age=60')
  expect(await (await fetch(`${address}/`)).text()).toContain('server.mjs')
  expect(await (await fetch(`${address}/time`)).json()).toHaveProperty('now')
  const missing = await fetch(`${address}/none`)
  expect([missing.status, await missing.text()]).toEqual([404, 'There is no /none here\n'])
  await example.prints(/"GET \/none HTTP\/1\.1" 404 23\n/)
  await example.interrupt()
})

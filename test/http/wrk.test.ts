// wrk as a client, where it is installed: many connections, and more requests than anyone would count.

import { execFile, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { backends } from '../reactor/kinds'
import { temporaryFolder } from '../sys/cleanup'
import { foreign } from './foreign'
import { serve } from './talk'

const run = promisify(execFile)
const missing = spawnSync('wrk', ['-v'], { env: foreign }).error !== undefined
const where = missing ? ' (skipped: no wrk here)' : ''

const pipelined = `
  init = function()
    local all = {}
    for i = 1, 16 do all[i] = wrk.format('GET', '/' .. i) end
    requests = table.concat(all)
  end
  request = function() return requests end
`
const posting = `
  wrk.method = 'POST'
  wrk.path = '/body'
  wrk.body = string.rep('x', 10000)
`

describe.skipIf(missing).each(backends)(`wrk on %s${where}`, (backend) => {
  const at = temporaryFolder()

  it.each([
    ['requests one by one', ''],
    ['sixteen pipelined at a time', pipelined],
    ['bodies', posting],
  ])('has all its requests answered: %s', async (_what, lua) => {
    let answered = 0
    const { port, server } = serve(backend, async (req, res) => {
      const { length } = req.path === '/body' ? await req.bytes() : ''
      answered++
      res.send(`${req.path} ${String(length)}`)
    })
    fs.writeFileSync(at('ask.lua'), lua)
    const words = ['-t1', '-c20', '-d1s', '--timeout', '30s', '-s', at('ask.lua')]
    const url = `http://127.0.0.1:${String(port)}/`
    const { stdout } = await run('wrk', [...words, url], { env: foreign })
    // It speaks of errors where there are some, and of other statuses than 2xx and 3xx.
    expect(stdout).not.toMatch(/Socket errors|Non-2xx/)
    const counted = Number(/(\d+) requests in /.exec(stdout)?.[1])
    expect(counted).toBeGreaterThan(20)
    expect(answered).toBeGreaterThanOrEqual(counted)
    await server.close()
  })
})

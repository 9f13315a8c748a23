// What the addon takes of Node: Node-API, and of libuv what is stable within a major (guide: "ABI stability").

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const binary = path.resolve(__dirname, '../../build/Release/edgeloop.node')
const nm = spawnSync('nm', ['-D', '--undefined-only', binary], { encoding: 'utf8' })
const able = existsSync(binary) && nm.status === 0
const why = able ? '' : ' (skipped: no build/Release or no nm here)'

/** Those that no library versions: all that Node itself has to provide. */
const symbols = (able ? nm.stdout.split('\n') : [])
  .map((line) => line.trim().split(/\s+/))
  .filter(([kind, name]) => kind === 'U' && name !== undefined && !name.includes('@'))
  .map(([, name = '']) => name)

describe.runIf(able)(`the addon${why}`, () => {
  it('takes nothing of Node but Node-API and libuv: none of V8, none of node::', () => {
    expect(symbols.length).toBeGreaterThan(20)
    expect(symbols.filter((name) => !/^(napi|node_api|uv)_[a-z0-9_]+$/.test(name))).toEqual([])
  })

  it('takes handles, a loop’s own calls and threads of libuv, nothing internal (uv__)', () => {
    const used = symbols.filter((name) => name.startsWith('uv_'))
    const stable =
      /^uv_((poll|prepare|idle|timer|sem)_(init|start|stop|destroy|post|wait)|close|is_active|ref|unref|backend_fd|backend_timeout|update_time|thread_create(_ex)?)$/
    expect(used).toContain('uv_backend_fd')
    expect(used.filter((name) => !stable.test(name))).toEqual([])
  })
})

describe('the C++ sources', () => {
  // An environment that is being terminated converts nothing, and what node-addon-api makes of that is an abort.
  it('convert nothing by calls that abort where a Worker is being terminated', () => {
    const sources = readdirSync('native', { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(cc|h)$/.test(name))
      .map((name) => path.join('native', name))
    expect(sources.length).toBeGreaterThan(50)
    const converts = /\.To(Boolean|Number|String|Object)\(\)/
    expect(sources.filter((name) => converts.test(readFileSync(name, 'utf8')))).toEqual([])
  })
})

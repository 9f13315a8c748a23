// Each rule about who may import whom is broken once, in a small tree of its own.

import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
type Streams = Record<'stdout' | 'stderr', string>

const sound: Record<string, string> = {
  'lib/addon.ts': `import type { N } from './addon/sys'\nexport const addon: N = 1\n`,
  'lib/addon/sys.ts': `export type N = number\n`,
  'lib/sys/index.ts': `export { addon as sys } from '../addon'\n`,
  'lib/reactor/reactor.ts': `export { sys as reactor } from '../sys/index'\n`,
  'lib/index.ts': `export { reactor } from './reactor/reactor'\n`,
  'lib/cli/main.ts': `import { reactor } from '../index'\nvoid reactor\n`,
  'test/index.test.ts': `import { reactor } from '../lib/index'\nvoid reactor\n`,
  'native/addon.cc': `#include <napi.h>\n#include "reactor/turn.h"\n`,
  'native/reactor/turn.h': `#include "sys/call.h"\n`,
  'native/sys/call.h': `#include <cstdint>\n`,
  'bench/load/main.cc': `#include "clock.h"\n`,
}

/** Runs the check over the sound tree with `files` added or put in place of others. */
async function check(files: Record<string, string>): Promise<{ status: number; output: string }> {
  const tree = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-floors-'))
  try {
    for (const [name, text] of Object.entries({ ...sound, ...files })) {
      mkdirSync(path.dirname(path.join(tree, name)), { recursive: true })
      writeFileSync(path.join(tree, name), text)
    }
    const ended = run(process.execPath, ['scripts/floors.mjs', tree])
    const { stdout, stderr } = await ended.catch((error: unknown) => error as Streams)
    return { status: ended.child.exitCode ?? NaN, output: stdout + stderr }
  } finally {
    rmSync(tree, { recursive: true })
  }
}

async function expectRefused(files: Record<string, string>, complaint: RegExp): Promise<void> {
  const { status, output } = await check(files)
  expect(output).toMatch(complaint)
  expect(status).toBe(1)
}

describe('the floors of lib/', () => {
  it('are kept by a sound tree', async () => {
    const { status, output } = await check({})
    expect(output).toMatch(/no dependency violations/)
    expect(status).toBe(0)
  })

  it('forbid an import upwards', async () => {
    await expectRefused(
      { 'lib/sys/index.ts': `export * from '../reactor/reactor'\nexport const sys = 1\n` },
      /floor-1-imports-upwards.*lib\/sys\/index\.ts/,
    )
  })

  it('forbid an import upwards of nothing but types', async () => {
    await expectRefused(
      {
        'lib/multiplexer/epoll.ts': `import type { x } from '../http/x'\nexport type E = typeof x\n`,
        'lib/http/x.ts': `export const x = 1\n`,
      },
      /floor-2-imports-upwards/,
    )
  })

  it('forbid that the package imports its command line', async () => {
    await expectRefused(
      { 'lib/index.ts': `export * from './reactor/reactor'\nexport * from './cli/main'\n` },
      /floor-8-imports-upwards/,
    )
  })

  it('forbid a circle', async () => {
    await expectRefused(
      {
        'lib/index.ts': `export * from './reactor/reactor'\nexport * from './net/a'\n`,
        'lib/net/a.ts': `export * from './b'\nexport const a = 1\n`,
        'lib/net/b.ts': `export * from './a'\nexport const b = 1\n`,
      },
      /no-circular/,
    )
  })

  it('forbid a file that nothing leads to', async () => {
    await expectRefused(
      { 'lib/sys/dead.ts': `export const dead = 1\n` },
      /no-orphan.*lib\/sys\/dead/,
    )
  })

  it('forbid a folder that is no floor', async () => {
    await expectRefused(
      {
        'lib/index.ts': `export * from './reactor/reactor'\nexport * from './utils/x'\n`,
        'lib/utils/x.ts': `export const x = 1\n`,
      },
      /lib-on-a-floor/,
    )
  })

  it.each(['bench', 'test', 'examples'])('forbid that lib/ imports %s/', async (folder) => {
    await expectRefused(
      {
        'lib/cli/main.ts': `import { reactor } from '../index'\nexport * from '../../${folder}/x'\nvoid reactor\n`,
        [`${folder}/x.ts`]: `export const x = 1\n`,
      },
      /lib-stands-alone/,
    )
  })

  it('forbid an import of what is not there', async () => {
    await expectRefused(
      { 'lib/index.ts': `export * from './reactor/reactor'\nexport * from 'no-such-package'\n` },
      /not-to-unresolvable/,
    )
  })
})

describe('the floors of native/', () => {
  it.each([
    ['sys', 'multiplexer'],
    ['multiplexer', 'reactor'],
    ['reactor', 'stream'],
    ['stream', 'http'],
  ])('forbid that %s/ includes %s/', async (lower, upper) => {
    await expectRefused(
      { [`native/${lower}/x.cc`]: `#include "${upper}/x.h"\n` },
      new RegExp(`native/${lower}/x\\.cc: includes "${upper}/x\\.h", upwards`),
    )
  })

  it('forbid that datagram/ and stream/, on one floor, include each other', async () => {
    await expectRefused(
      { 'native/datagram/x.cc': `#include "stream/x.h"\n` },
      /stream\/x\.h", next door/,
    )
    await expectRefused(
      { 'native/stream/x.cc': `#include "datagram/x.h"\n` },
      /m\/x\.h", next door/,
    )
  })

  it('forbid an include of the roof', async () => {
    await expectRefused(
      { 'native/sys/x.cc': `#include "addon.h"\n` },
      /includes "addon\.h", upwards/,
    )
  })

  it('forbid an include by a relative path', async () => {
    await expectRefused({ 'native/sys/x.cc': `#include "../http/x.h"\n` }, /named from native/)
  })

  it('forbid a folder that is no floor', async () => {
    await expectRefused({ 'native/utils/x.cc': `` }, /its folder is none of/)
    await expectRefused({ 'native/addon.cc': `#include "utils/x.h"\n` }, /stands on no floor/)
  })

  it('forbid a circle', async () => {
    await expectRefused(
      {
        'native/sys/a.h': `#include "sys/b.h"\n`,
        'native/sys/b.h': `#include "sys/a.h"\n`,
      },
      /sys\/a\.h -> sys\/b\.h -> sys\/a\.h, a circle/,
    )
  })

  it('forbid that the load generator shares a file with what it measures', async () => {
    await expectRefused({ 'bench/load/x.cc': `#include "sys/call.h"\n` }, /shares nothing/)
    await expectRefused(
      { 'bench/load/x.cc': `#include "../../native/sys/call.h"\n` },
      /shares nothing/,
    )
  })
})

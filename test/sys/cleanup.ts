import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { close } from '../../lib/sys'

/** Takes descriptors and closes them after each test: `const fd = own(open(…))`. */
export function ownDescriptors(): (fd: number) => number {
  const owned: number[] = []
  afterEach(() => {
    for (const fd of owned.splice(0)) close(fd)
  })
  return (fd) => {
    owned.push(fd)
    return fd
  }
}

/** A folder of the suite's own, removed with it; answers paths within. */
export function temporaryFolder(): (name: string) => string {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'edgeloop-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  return (name) => path.join(folder, name)
}

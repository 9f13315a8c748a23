// Examples that watch descriptors other than sockets.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../sys/cleanup'
import { start } from './example'

describe('examples/watch-files', () => {
  const at = temporaryFolder()

  it('tells what happens in a folder', async () => {
    const example = start('watch-files/watch.mjs', at(''))
    await example.prints(/^watching .+\ntry: .+\n/)
    writeFileSync(at('one'), 'text')
    await example.prints(/^created one\nwritten one\n/m)
    renameSync(at('one'), at('two'))
    await example.prints(/^moved away one\nmoved here two\n/m)
    rmSync(at('two'))
    await example.prints(/^deleted two\n/m)
    await example.interrupt()
  })

  it('ends when the folder is removed', async () => {
    const example = start('watch-files/watch.mjs', at('.'))
    await example.prints(/try: /)
    rmSync(at(''), { recursive: true })
    await example.ends()
    // The suite removes it once more.
    mkdirSync(at(''))
  })
})

describe('examples/timerfd', () => {
  it('ticks, and counts the ticks that it missed', async () => {
    const example = start('timerfd/ticks.mjs', '20')
    await example.prints(/^tick 3, /m)
    example.child.kill('SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 100))
    example.child.kill('SIGCONT')
    const [, missed] = await example.prints(/late, ([1-9]\d*) missed\n/)
    expect(Number(missed)).toBeGreaterThan(0)
    await example.interrupt()
  })
})

describe('examples/signals', () => {
  it('tells which signal came from whom', async () => {
    const example = start('signals/signals.mjs')
    await example.prints(/try: .+\n/)
    example.child.kill('SIGUSR2')
    await example.prints(new RegExp(`^SIGUSR2 from process ${String(process.pid)}$`, 'm'))
    example.child.kill('SIGHUP')
    await example.prints(/^SIGHUP from/m)
    await example.interrupt()
  })
})

describe('examples/child-exit', () => {
  it('waits for a process that is not its child', async () => {
    const stranger = spawn('sleep', ['600'])
    const example = start('child-exit/wait.mjs', String(stranger.pid))
    await example.prints(/try: .+\n/)
    stranger.kill()
    await example.prints(new RegExp(`^process ${String(stranger.pid)} has ended$`, 'm'))
    await example.ends()
  })

  it('says that there is no such process', async () => {
    const gone = spawn('true')
    await once(gone, 'exit')
    const example = start('child-exit/wait.mjs', String(gone.pid))
    await example.prints(/^there is no process \d+\n/)
    await example.ends()
  })

  it('ends before the process does on SIGINT', async () => {
    const example = start('child-exit/wait.mjs', String(process.pid))
    await example.prints(/try: .+\n/)
    await example.interrupt()
  })
})

describe('examples/wake-worker', () => {
  it('wakes the Worker for each job', async () => {
    const example = start('wake-worker/wake.mjs', '10')
    await example.prints(/^(?:the Worker woke for \d+, \d+ in all\n){3}/m)
    await example.interrupt()
  })
})

describe('examples/pty', () => {
  it('reads what the device says, and what others write to it', async () => {
    const example = start('pty/device.mjs')
    const [, path = ''] = await example.prints(/^(\/dev\/pts\/\d+) stands in .+\ntry: .+\n/)
    await example.prints(/^the device says "\d\d\.\d\d C\\n"$/m)
    writeFileSync(path, 'hello\n')
    await example.prints(/^the device hears ".*hello\\r\\n/m)
    await example.interrupt()
  })
})

describe('examples/readme.mjs', () => {
  it('tells of the end of a process and ends itself', async () => {
    const stranger = spawn('sleep', ['600'])
    const example = start('readme.mjs', String(stranger.pid))
    // It prints nothing before: only the kernel can tell that it watches.
    await watches(example.child.pid)
    stranger.kill()
    await example.prints(new RegExp(`^process ${String(stranger.pid)} has ended\n$`))
    await example.ends()
  })
})

/** Waits until a process holds a pidfd. */
async function watches(pid: number | undefined): Promise<void> {
  const folder = `/proc/${String(pid)}/fd`
  const holds = (): boolean =>
    readdirSync(folder).some((fd) => {
      try {
        return readlinkSync(`${folder}/${fd}`).includes('pidfd')
      } catch {
        return false // closed meanwhile
      }
    })
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10))
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { close, constants, fcntl, pidfd_open } from '../../lib/sys'
import { ownDescriptors } from './cleanup'
import { expectRangeError, expectSystemError, expectTypeError } from './expectations'
import { expectNoLeak } from './openDescriptors'

/** What another process's poll() says of a descriptor of ours: a list with POLLIN in it, or an empty one. */
async function polled(fd: number, timeout: number): Promise<string> {
  const script = `import select
p = select.poll()
p.register(3, select.POLLIN)
print([events & select.POLLIN for fd, events in p.poll(${String(timeout)})])`
  const child = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit', fd] })
  const closed = once(child, 'close')
  if (child.stdout === null) throw new Error('no pipe')
  const out = await text(child.stdout)
  await closed
  return out.trim()
}

describe('pidfd_open', () => {
  expectNoLeak()
  const own = ownDescriptors()

  it('becomes readable when the process ends, and not before', async () => {
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] })
    const closed = once(child, 'close')
    const fd = own(pidfd_open(child.pid ?? 0))
    expect(await polled(fd, 0)).toBe('[]')
    child.stdin.end()
    expect(await polled(fd, 20_000)).toBe('[1]')
    await closed
  })

  it('is close-on-exec, and non-blocking where told', () => {
    const fd = own(pidfd_open(process.pid, constants.PIDFD_NONBLOCK))
    expect(fcntl(fd, constants.F_GETFD)).toBe(constants.FD_CLOEXEC)
    expect(fcntl(fd, constants.F_GETFL) & constants.O_NONBLOCK).toBe(constants.O_NONBLOCK)
  })

  it('throws ESRCH for a process that has been waited for', async () => {
    const child = spawn('true', { stdio: 'ignore' })
    await once(child, 'exit')
    expectSystemError(() => pidfd_open(child.pid ?? 0), 'ESRCH', 'pidfd_open')
  })

  it('refuses flags that the kernel does not know', () => {
    expectSystemError(() => pidfd_open(process.pid, 1), 'EINVAL', 'pidfd_open')
  })

  it('refuses what is no process', () => {
    for (const pid of [0, -1, 0.5, NaN, 2 ** 31]) expectRangeError(() => pidfd_open(pid), 'pid')
    for (const pid of [null, undefined, '1']) expectTypeError(() => pidfd_open(pid as never), 'pid')
  })

  it('gives descriptors that close', () => {
    const fd = pidfd_open(process.pid)
    close(fd)
    expectSystemError(() => fcntl(fd, constants.F_GETFD), 'EBADF', 'fcntl')
  })
})

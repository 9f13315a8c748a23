// What a test opens, and that it is closed afterwards.

import { readFileSync } from 'node:fs'
import { afterEach, expect } from 'vitest'
import type { Multiplexer, ReadyEvent } from '../../lib'
import { close, constants, pipe2, read, SystemError, write } from '../../lib/sys'

/** Milliseconds within which what has been set off must have come: generous, for slow machines. */
export const SOON = 20_000

/** How many descriptors this process may have open. */
export const descriptorLimit = Number(
  /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024,
)

const opened = new Set<number>()
const multiplexers = new Set<Multiplexer>()

afterEach(() => {
  for (const multiplexer of multiplexers) multiplexer.close()
  multiplexers.clear()
  for (const fd of opened) close(fd)
  opened.clear()
})

/** Closes the descriptor after the test. */
export function keep(fd: number): number {
  opened.add(fd)
  return fd
}

/** Closes it now. */
export function shut(fd: number): void {
  opened.delete(fd)
  close(fd)
}

/** Closes the multiplexer after the test. */
export function using<M extends Multiplexer>(multiplexer: M): M {
  multiplexers.add(multiplexer)
  return multiplexer
}

/** A pipe that never blocks. */
export function pipe(): [readEnd: number, writeEnd: number] {
  const [readEnd, writeEnd] = pipe2(constants.O_NONBLOCK | constants.O_CLOEXEC)
  return [keep(readEnd), keep(writeEnd)]
}

/** Writes a few bytes. */
export function feed(fd: number, text = 'x'): void {
  expect(write(fd, Buffer.from(text))).toBe(text.length)
}

/** Reads as much as there is, up to `most` bytes. */
export function take(fd: number, most = 65536): string {
  const buffer = Buffer.alloc(most)
  const length = read(fd, buffer)
  expect(length).toBeGreaterThanOrEqual(0)
  return buffer.toString('latin1', 0, length)
}

/** Writes until nothing more is taken. */
export function fill(fd: number): void {
  const block = Buffer.alloc(65536)
  while (write(fd, block) > 0);
}

/** Reads until nothing more comes. */
export function drain(fd: number): void {
  const block = Buffer.alloc(65536)
  while (read(fd, block) > 0);
}

/** The events by descriptor; none twice. */
export function byFd(ready: readonly ReadyEvent[]): Record<number, number> {
  const map: Record<number, number> = {}
  for (const { fd, events } of ready) {
    expect(map[fd], `descriptor ${String(fd)} reported twice`).toBeUndefined()
    map[fd] = events
  }
  return map
}

/** What `wait` reports now, without waiting. */
export function now(multiplexer: Multiplexer): Record<number, number> {
  return byFd(multiplexer.wait(0))
}

/** What `wait` reports once there is something. */
export function soon(multiplexer: Multiplexer): Record<number, number> {
  return byFd(multiplexer.wait(SOON))
}

/** The error that a call throws. */
export function thrown(call: () => unknown): Error & { code?: string } {
  try {
    call()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}

/** Expects a SystemError in full. */
export function expectSystemError(
  call: () => unknown,
  expected: { code: string; errno: number; syscall: string; fd?: number },
): void {
  const error = thrown(call)
  expect(error).toBeInstanceOf(SystemError)
  expect(error).toMatchObject(expected)
}

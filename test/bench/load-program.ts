import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { builtProgram } from '../../bench/package'
import { parseLoadResult, type LoadResult } from '../../bench/run/load'

/** Runs the load generator and collects what it says. */
export async function runProgram(words: readonly string[], input = '') {
  const child = spawn(builtProgram('edgeloop-load'), [...words])
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  // It may have ended already, having refused its arguments.
  child.stdin.on('error', () => undefined).end(input)
  await once(child, 'close')
  return { code: child.exitCode, out, err }
}

/** For what is to be noticed by its silence. */
export const impatient = ['--timeout', '0.5'] as const

/** For what shows after several messages: it ends as soon as it has been noticed on each connection. */
export const untilNoticed = ['--duration', '10'] as const

export type Behaviour = (socket: net.Socket) => void

/** Puts load on a server made for the purpose, in this process, and returns the verdict. */
export const loadOn = (
  job: 'echo' | 'http',
  behaviour: Behaviour,
  ...options: readonly string[]
): Promise<LoadResult> => loadOnServer({}, job, behaviour, ...options)

/** The same, with a server that keeps its side open when the other has ended, if it is told to. */
export async function loadOnServer(
  serverOptions: net.ServerOpts,
  job: 'echo' | 'http',
  behaviour: Behaviour,
  ...options: readonly string[]
): Promise<LoadResult> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true, ...serverOptions }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    behaviour(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  try {
    const { out, err } = await runProgram([
      job,
      '--target',
      `127.0.0.1:${String(address.port)}`,
      // The patience is for a machine that has other things to do, too: `impatient` where it must end.
      ...['--connections', '4', '--duration', '0.5', '--warmup', '0.05', '--timeout', '20'],
      ...options,
    ])
    if (out === '') throw new Error(err)
    return parseLoadResult(out.trim())
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

/** Gives back what it gets. */
export const echo: Behaviour = (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
}

/**
 * Echoes, but for one pause of `length` ms that begins `after` ms after the first message.
 * @param answer what is sent instead of an echo
 */
export function stallOnce(after: number, length: number, answer?: string): Behaviour {
  let resumesAt: number | undefined
  return (socket) => {
    socket.on('data', (chunk: Buffer) => {
      resumesAt ??= performance.now() + after + length
      const wait = resumesAt - performance.now()
      if (wait > 0 && wait < length) setTimeout(() => socket.write(answer ?? chunk), wait)
      else socket.write(answer ?? chunk)
    })
  }
}

/** Answers each request with the given bytes. */
export const answer =
  (text: string): Behaviour =>
  (socket) => {
    let seen = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      seen += chunk
      for (let end = seen.indexOf('\r\n\r\n'); end >= 0; end = seen.indexOf('\r\n\r\n')) {
        seen = seen.slice(end + 4)
        socket.write(text)
      }
    })
  }

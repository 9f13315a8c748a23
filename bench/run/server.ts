import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { pinned, type Where } from './pinning'
import { complaintOf } from './process'

const startWithinMs = 10_000
const stopWithinMs = 2_000

/** The server did not come up; the message says why, in one line. */
export class StartError extends Error {}

/** Where a server says it listens. Its first line on stdout is the whole contract. */
export function parseBanner(
  line: string,
): { target: string; about: string; pid?: number } | undefined {
  const match =
    /^listening on (?:tcp|http|udp):\/\/((?:127\.\d+\.\d+\.\d+|\[::1\]):\d+)\/?(?: pid (\d+))?\s*(.*)$/.exec(
      line,
    )
  if (match === null) return undefined
  const [, target = '', pid, about = ''] = match
  return { target, about, ...(pid === undefined ? {} : { pid: Number(pid) }) }
}

const running = new Set<ChildProcess>()

/** Ends every server that still runs: for the moment this process ends for whatever reason. */
export function killServers(): void {
  for (const child of running) child.kill('SIGKILL')
}
process.on('exit', killServers)

/** A server under test in its own process. */
export class Server {
  private complaint = ''

  private constructor(
    private readonly child: ChildProcess,
    /** The process that does the work. */
    public pid: number,
  ) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.complaint = (this.complaint + text).slice(-4096)
    })
  }

  /** HOST:PORT. */
  target = ''
  /** What it said of itself. */
  banner = ''

  /** Starts a command and waits for its first line. Rejects with StartError. */
  static async start(words: readonly string[], where: Where): Promise<Server> {
    const [program, ...rest] = words
    if (program === undefined) throw new StartError('no command')
    const command = pinned([program, ...rest], where)
    const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    const failed = new Promise<never>((_resolve, reject) => {
      child.on('error', (error) => {
        reject(new StartError(error.message))
      })
    })
    if (child.pid === undefined) return failed
    failed.catch(() => undefined)
    running.add(child)
    child.on('exit', () => running.delete(child))
    const server = new Server(child, child.pid)
    try {
      const line = await Promise.race([server.firstLine(), failed])
      const banner = parseBanner(line)
      if (banner === undefined)
        throw new StartError(`said "${line.slice(0, 80)}" instead of where it listens`)
      server.target = banner.target
      server.banner = banner.about
      server.pid = banner.pid ?? child.pid
      return server
    } catch (error) {
      await server.stop()
      throw error
    }
  }

  private firstLine(): Promise<string> {
    return new Promise((resolve, reject) => {
      let output = ''
      const timer = setTimeout(() => {
        reject(new StartError(`did not listen within ${String(startWithinMs / 1000)} s`))
      }, startWithinMs)
      this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        if (output.includes('\n')) return
        output += text
        const end = output.indexOf('\n')
        if (end < 0) return
        clearTimeout(timer)
        resolve(output.slice(0, end))
      })
      this.child.once('close', () => {
        clearTimeout(timer)
        reject(new StartError(this.ending() ?? 'ended'))
      })
    })
  }

  /** How and why the server ended, in one line; undefined while it runs. */
  ending(): string | undefined {
    const { exitCode, signalCode } = this.child
    if (exitCode === null && signalCode === null) return undefined
    const told = complaintOf(this.complaint)
    const how = signalCode ?? `exit code ${String(exitCode)}`
    return told === undefined ? how : `${told.slice(0, 160)} (${how})`
  }

  /** As `ending`, when a connection has just failed: word of an end may come after that. */
  async endingSoon(): Promise<string | undefined> {
    if (this.ending() === undefined) {
      const patience = AbortSignal.timeout(1000)
      await once(this.child, 'close', { signal: patience }).catch(() => undefined)
    }
    return this.ending()
  }

  /** Asks it to end, and makes it end if it takes too long. */
  async stop(): Promise<void> {
    if (this.ending() !== undefined) return
    const ended = new Promise<void>((resolve) => {
      this.child.once('exit', () => {
        resolve()
      })
    })
    this.child.kill('SIGTERM')
    const patience = new AbortController()
    await Promise.race([
      ended,
      delay(stopWithinMs, undefined, { signal: patience.signal }).then(
        () => this.child.kill('SIGKILL'),
        () => undefined,
      ),
    ])
    await ended
    patience.abort()
  }
}

// Runs an example as a user would, talks with it, and ends it as a user would.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import path from 'node:path'
import process from 'node:process'
import { afterEach, expect } from 'vitest'

export const root = path.resolve(__dirname, '../..')

/** A program under test: what it prints can be waited for, line by line. */
export class Example {
  readonly child: ChildProcess
  #text = ''
  #complaints = ''
  #look = (): void => undefined
  readonly #ended: Promise<unknown>

  constructor(file: string, args: readonly string[], environment: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [path.join('examples', file), ...args], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      this.#look()
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text))
    this.#ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => {
        resolve(signal ?? code)
        this.#look()
      })
    })
  }

  /** The first match of what it has printed, or will. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#text)
      if (match !== null) return match
      if (this.child.exitCode !== null) {
        throw new Error(`it never printed ${String(pattern)}: ${this.#text}${this.#complaints}`)
      }
      await new Promise<void>((resolve) => {
        this.#look = resolve
      })
    }
  }

  /** The port that its first lines name, once it has said how to try and end it. */
  async port(): Promise<number> {
    const [, port] = await this.prints(/^listening on \w+:\/\/127\.0\.0\.1:(\d+) \(.+\)\ntry: .+\n/)
    return Number(port)
  }

  /** It ends by itself, well and without a complaint. */
  async ends(): Promise<void> {
    const status = await this.#ended
    expect(this.#complaints).toBe('')
    expect(status).toBe(0)
  }

  /** Ctrl-C ends it well. */
  async interrupt(): Promise<void> {
    this.child.kill('SIGINT')
    await this.ends()
  }
}

const running: Example[] = []

afterEach(async () => {
  for (const { child } of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})

/** Starts `examples/FILE`; a test that fails leaves nothing running. */
export function start(file: string, ...args: string[]): Example {
  return startWith({}, file, ...args)
}

/** The same with more in its environment. */
export function startWith(
  environment: NodeJS.ProcessEnv,
  file: string,
  ...args: string[]
): Example {
  const example = new Example(file, args, environment)
  running.push(example)
  return example
}

/** A client of a server on this machine. */
export class Client {
  readonly socket: net.Socket
  #text = ''
  #look = (): void => undefined

  private constructor(socket: net.Socket) {
    this.socket = socket
    socket.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text
      this.#look()
    })
    socket.on('close', () => {
      this.#look()
    })
  }

  static async connect(port: number): Promise<Client> {
    const socket = net.connect(port, '127.0.0.1')
    const client = new Client(socket)
    await once(socket, 'connect')
    return client
  }

  /** All that has come, once it matches. */
  async hears(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      if (this.socket.readableEnded || this.socket.destroyed) {
        throw new Error(`${String(pattern)} never came: ${this.#text}`)
      }
      await new Promise<void>((resolve) => {
        this.#look = resolve
      })
    }
    return this.#text
  }
}

/** Sends `bytes` and the end, and answers all that comes back. */
export async function exchange(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = net.connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.end(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks)
}
